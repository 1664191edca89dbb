"""The header row: which column holds which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tasks.codes import FileError
from tasks.reading.returned import ERROR_COLUMNS, Returned
from tasks.reading.spreadsheet import unguard
from tasks.reading.transcoding import is_decodable

type Columns = Mapping[str, str | None]
"""The option `columns`: the field of each header of the file; None ignores the column."""

MAX_COLUMNS: Final = 2000
_NAME_MAX_LENGTH: Final = 50
"""Characters of a column name that messages and the job show."""

FIELDS: Final = ("email", "name", "phone", "is_active", "password", "password_hash")
SECRETS: Final = ("password", "password_hash")
_FIELD_OF_HEADER: Final = {field: field for field in FIELDS} | {
    "e-mail": "email",
    "nome": "name",
    "telefone": "phone",
    "ativo": "is_active",
    "senha": "password",
}
"""The known headers, in English and Portuguese; upper and lower case are the same."""
DEFAULT_COLUMNS: Final[Columns] = MappingProxyType({})
"""The option `columns` left out: only known headers are imported."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """A parsed header row.

    `columns` maps a field to its position. `width` counts all columns, and `min_width` those up to
    the last column with a name that is no error column. A row has `surplus` empty cells behind
    these, see surplus.py.
    If `has_secrets`, some cells are passwords or hashes, imported or not, and no value of the file
    is stored or shown. `returned` is set if the file is a returned failed-rows.csv.
    """

    width: int
    min_width: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    has_secrets: bool = False
    returned: Returned | None = None
    surplus: int = 0

    @property
    def row_width(self) -> int:
        """Return the number of cells of a row, if the file is no returned file."""
        return self.min_width + self.surplus

    def fit(self, cells: list[str]) -> list[str] | None:
        """Return the row's cells up to the last named column, or `None` if its width is wrong.

        The cells behind that column must be empty. A row of a returned file may have any number of
        them, because spreadsheets add them, and all its columns are returned. Such a row also gives
        `None` if its shape is still wrong.
        """
        if self.returned:
            padded = self._padded(cells)
            return None if self._returned_error(padded) else padded
        is_wrong = len(cells) != self.row_width or any(map(str.strip, cells[self.min_width :]))
        return None if is_wrong else cells[: self.min_width]

    def width_error(self, cells: list[str]) -> tuple[str, int]:
        """Return the error code of a row that does not fit, and its number of cells."""
        code = "too_few_columns" if len(cells) < self.row_width else "too_many_columns"
        return self._returned_error(self._padded(cells)) or (code, len(cells))

    def _returned_error(self, padded: list[str] | None) -> tuple[str, int] | None:
        return self.returned.shape_error(padded) if self.returned and padded else None

    def _padded(self, cells: list[str]) -> list[str] | None:
        if len(cells) < self.min_width or any(map(str.strip, cells[self.width :])):
            return None
        return [*cells[: self.width], *[""] * (self.width - len(cells))]


def count_known(cells: Sequence[str], columns: Columns) -> int:
    """Return how many of the cells are known headers or headers in the option `columns`."""
    known = _FIELD_OF_HEADER.keys() | map(_key, columns)
    return sum(not known.isdisjoint({_key(cell), _key(unguard(cell))}) for cell in cells)


def parse_header(cells: Sequence[str], columns: Columns = DEFAULT_COLUMNS) -> Header:
    """Return the header that the first row's cells make; `columns` overrides the known headers.

    Raises `FileError` (not_csv, undecodable, unknown_column, duplicate_header, missing_header,
    missing_email_column).
    """
    _require_text(cells)
    if Returned.from_header([_key(cell) for cell in cells]):
        cells = [unguard(cell) for cell in cells]
    keys = [_key(cell) for cell in cells]
    requested = _by_key(columns, keys, cells)
    fields = [requested.get(key, _known_field(key, requested)) for key in keys]
    positions = _positions(fields)
    if "email" not in positions:
        raise _no_email(cells)
    unused = [_short(cell) for cell, field in zip(cells, fields, strict=True) if field is None]
    returned = Returned.from_header(keys)
    last = returned.last_named if returned else max(at for at, key in enumerate(keys) if key)
    return Header(
        width=len(cells),
        min_width=last + 1,
        columns=positions,
        ignored=tuple(name for name in unused if name and name not in ERROR_COLUMNS),
        has_secrets=any(
            field in SECRETS or _FIELD_OF_HEADER.get(key) in SECRETS
            for key, field in zip(keys, fields, strict=True)
        ),
        returned=returned,
    )


def _short(name: str) -> str:
    return name.strip()[:_NAME_MAX_LENGTH]


def _key(cell: str) -> str:
    return cell.strip().casefold()


def _known_field(key: str, requested: Columns) -> str | None:
    """Return the field of a known header, unless the option gives that field to another column."""
    field = _FIELD_OF_HEADER.get(key)
    return None if field in requested.values() else field


def _by_key(columns: Columns, keys: Sequence[str], cells: Sequence[str]) -> Columns:
    """Return the option `columns` with the headers' keys. Raises `FileError` if it does not fit."""
    requested = {_key(name): field for name, field in columns.items()}
    present = set(keys) - {""}
    for name in columns:
        if _key(name) not in present:
            raise FileError("unknown_column", name=_short(name), found=_listed(cells))
    if len(requested) < len(columns):
        raise FileError("duplicate_header", "columns_option_repeats")
    return requested


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
