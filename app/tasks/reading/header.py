"""What the first row says: which column is which. Knows no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tasks.codes import FileError
from tasks.reading.returned import ERROR_COLUMNS, Returned
from tasks.reading.spreadsheet import unguard
from tasks.reading.transcoding import is_decodable

type Columns = Mapping[str, str | None]
"""The option columns: what the file's own headers stand for, None being nothing."""

MAX_COLUMNS: Final = 2000
_NAME_SHOWN: Final = 50
FIELDS: Final = ("email", "name", "phone", "is_active", "password", "password_hash")
SECRETS: Final = ("password", "password_hash")
_FIELD_OF_HEADER: Final = {field: field for field in FIELDS} | {
    "e-mail": "email",
    "nome": "name",
    "telefone": "phone",
    "ativo": "is_active",
    "senha": "password",
}
"""Headers that are understood, in any case, English and Portuguese."""
USUAL: Final[Columns] = MappingProxyType({})
"""No option: only headers that are understood."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """`columns` maps a field to its position; `width` counts all columns.

    The last columns may have no name, or be error columns: rows need only the first `named` cells.
    `has_secrets`: some cells are passwords or their hashes, imported or not: of such a file nothing
    is kept or shown.
    `returned`: the file is a failed-rows.csv of ours.
    """

    width: int
    named: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    has_secrets: bool = False
    returned: Returned | None = None

    def fit(self, cells: list[str]) -> list[str] | None:
        """The row with `width` cells; None where it has too few or too many.

        Empty cells at its end count for nothing, as spreadsheets write them at will; of a returned
        file also None where nobody has mended the row.
        """
        filled = self._filled(cells)
        return None if self._unmended(filled) else filled

    def width_error(self, cells: list[str]) -> tuple[str, int]:
        """The code of a row that does not fit, and how many cells it has."""
        code = "too_few_columns" if len(cells) < self.named else "too_many_columns"
        return self._unmended(self._filled(cells)) or (code, len(cells))

    def _unmended(self, filled: list[str] | None) -> tuple[str, int] | None:
        return self.returned.flaw(filled) if self.returned and filled else None

    def _filled(self, cells: list[str]) -> list[str] | None:
        if len(cells) == self.width:
            return cells
        if len(cells) < self.named or any(cell.strip() for cell in cells[self.width :]):
            return None
        return [*cells[: self.width], *[""] * (self.width - len(cells))]


def count_known(cells: Sequence[str], columns: Columns) -> int:
    """How many of the cells are headers that are understood, or named by the option columns."""
    known = _FIELD_OF_HEADER.keys() | map(_key, columns)
    return sum(not known.isdisjoint({_key(cell), _key(unguard(cell))}) for cell in cells)


def understand(cells: Sequence[str], columns: Columns = USUAL) -> Header:
    """The header in `cells`; `columns` beats the usual names.

    FileError: not_csv, undecodable, unknown_column, duplicate_header, missing_header,
    missing_email_column.
    """
    _require_text(cells)
    if Returned.understand([_key(cell) for cell in cells]):
        cells = [unguard(cell) for cell in cells]
    keys = [_key(cell) for cell in cells]
    asked = _asked(columns, keys, cells)
    fields = [asked.get(key, _usual(key, asked)) for key in keys]
    positions = _positions(fields)
    if "email" not in positions:
        raise _no_email(cells)
    unused = [
        cell.strip()[:_NAME_SHOWN]
        for cell, field in zip(cells, fields, strict=True)
        if field is None
    ]
    returned = Returned.understand(keys)
    last = returned.named if returned else max(at for at, key in enumerate(keys) if key)
    return Header(
        width=len(cells),
        named=last + 1,
        columns=positions,
        ignored=tuple(name for name in unused if name and name not in ERROR_COLUMNS),
        has_secrets=any(
            field in SECRETS or _FIELD_OF_HEADER.get(key) in SECRETS
            for key, field in zip(keys, fields, strict=True)
        ),
        returned=returned,
    )


def _short(name: str) -> str:
    return name.strip()[:_NAME_SHOWN]


def _key(cell: str) -> str:
    return cell.strip().casefold()


def _usual(key: str, asked: Columns) -> str | None:
    """What the header means, unless another one was asked to mean it."""
    field = _FIELD_OF_HEADER.get(key)
    return None if field in asked.values() else field


def _asked(columns: Columns, keys: Sequence[str], cells: Sequence[str]) -> Columns:
    """The option by the headers' keys."""
    asked = {_key(name): field for name, field in columns.items()}
    found = set(keys) - {""}
    for name in columns:
        if _key(name) not in found:
            raise FileError(
                "unknown_column",
                name=_short(name),
                found=_listed(cells),
            )
    if len(asked) < len(columns):
        raise FileError("duplicate_header", "columns_option_repeats")
    return asked


def _positions(fields: Sequence[str | None]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, field in enumerate(fields):
        if field in positions:
            raise FileError("duplicate_header", field=str(field))
        if field is not None:
            positions[field] = position
    if positions.keys() >= set(SECRETS):
        raise FileError("duplicate_header", "both_password_columns")
    return positions


def _no_email(cells: Sequence[str]) -> FileError:
    if any("@" in cell for cell in cells):
        return FileError("missing_header", "header_is_data")
    return FileError("missing_email_column", found=_listed(cells))


def _listed(cells: Sequence[str]) -> str:
    return ", ".join(_short(cell) for cell in cells[:20])


def _require_text(cells: Sequence[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise FileError("not_csv", "header_too_wide", limit=MAX_COLUMNS)
    text = "".join(cells)
    if "\0" in text:
        raise FileError("not_csv", "header_nul")
    if not is_decodable(text):
        raise FileError("undecodable", "header_undecodable")
