"""The header row: which column holds which field."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tasks.codes import FileError
from tasks.reading.choice import NAME_MAX_LENGTH, choose, option
from tasks.reading.header_columns import Rows, find_candidates, is_address, is_data, keys_of
from tasks.reading.header_rules import (
    NO_RULES,
    SECRETS,
    Columns,
    HeaderRules,
    attribute_fields,
    attribute_name,
)
from tasks.reading.known_headers import HEADER_MAX_LENGTH, normalised
from tasks.reading.returned import ERROR_COLUMNS, Returned
from tasks.reading.spreadsheet import unguard
from tasks.reading.transcoding import is_decodable
from users_uc.exported import EXPORT_COLUMNS

MAX_COLUMNS: Final = 2000


@dataclass(frozen=True, kw_only=True)
class Header:
    """A parsed header row.

    `columns` maps a field to its position. `width` counts all columns, and `min_width` those up to
    the last column with a name that is no error column. A row has `surplus` empty cells behind
    these, see surplus.py.
    If `has_secrets`, some cells are passwords or hashes, imported or not, and no value of the file
    is stored or shown. `returned` is set if the file is a returned rejected-rows.csv.
    `is_exported` says that its cells are those of users/export.csv.
    """

    width: int
    min_width: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    has_secrets: bool = False
    returned: Returned | None = None
    is_exported: bool = False
    surplus: int = 0

    @property
    def attributes(self) -> list[str]:
        """Return the names of the attributes that have a column."""
        return list(map(attribute_name, attribute_fields(self.columns)))

    @property
    def is_guarded(self) -> bool:
        """Return whether the cells are guarded, see spreadsheet.py."""
        return self.returned is not None or self.is_exported

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


def parse_header(cells: Sequence[str], rules: HeaderRules = NO_RULES, sample: Rows = ()) -> Header:
    """Return the header with these cells. `sample` has some rows below it.

    Raises `FileError` (not_csv, undecodable, unknown_column, ambiguous_column, duplicate_header,
    missing_header, missing_email_column).
    """
    _require_text(cells)
    sent, keys = cells, keys_of(cells)
    if Returned.from_header(keys):
        cells = [unguard(cell) for cell in cells]
    if is_data(cells, rules):
        raise _no_header(cells)
    candidates = find_candidates(keys, rules, sample).without(rules.forbidden)
    _require_columns(rules.columns, candidates.missing, cells)
    fields = choose(candidates, cells)
    positions = {field: at for at, field in fields.items()}
    if positions.keys() >= set(SECRETS):
        raise FileError("duplicate_header", "both_password_columns")
    if "email" not in positions:
        raise _no_email(cells, sample)
    return replace(header_with(sent, positions), has_secrets=candidates.has_secrets)


def header_with(cells: Sequence[str], columns: Mapping[str, int]) -> Header:
    """Return the header with these cells and columns, as if the file had no secrets."""
    keys = keys_of(cells)
    returned = Returned.from_header(keys)
    if returned:
        cells = [unguard(cell) for cell in cells]
    imported = set(columns.values())
    unused = [_short(cell) for at, cell in enumerate(cells) if at not in imported]
    last = returned.last_named if returned else max(at for at, key in enumerate(keys) if key)
    return Header(
        width=len(cells),
        min_width=last + 1,
        columns=dict(columns),
        ignored=tuple(name for name in unused if name and name not in ERROR_COLUMNS),
        returned=returned,
        is_exported=set(EXPORT_COLUMNS) <= set(keys),
    )


def _short(name: str) -> str:
    return name.strip()[:NAME_MAX_LENGTH]


def _require_columns(columns: Columns, missing: str | None, cells: Sequence[str]) -> None:
    """Raise `FileError` if the option `columns` does not fit the header."""
    if missing is not None:
        raise FileError("unknown_column", name=_short(missing), found=listed(cells))
    if len({normalised(name) for name in columns}) < len(columns):
        raise FileError("duplicate_header", "columns_option_repeats")


def _no_header(cells: Sequence[str]) -> FileError:
    names = ["email" if is_address(cell) else f"column{at}" for at, cell in enumerate(cells, 1)]
    return FileError("missing_header", "header_is_data", names=", ".join(names[:20]))


def _no_email(cells: Sequence[str], sample: Rows) -> FileError:
    at = address_column(sample)
    name = cells[at].strip() if at is not None and at < len(cells) else ""
    if normalised(name) and len(name) <= HEADER_MAX_LENGTH:
        proposal = option({name: "email"})
        return FileError(
            "missing_email_column",
            "email_column_found",
            name=_short(name),
            option=proposal,
            found=listed(cells),
        )
    return FileError("missing_email_column", found=listed(cells))


def address_column(rows: Rows) -> int | None:
    """Return the column that has most e-mail addresses, or `None` if there is none."""
    counts = Counter(at for row in rows for at, cell in enumerate(row) if is_address(cell))
    return counts.most_common(1)[0][0] if counts else None


def listed(cells: Sequence[str]) -> str:
    """Return the first names of columns as a list for a message."""
    return ", ".join(_short(cell) for cell in cells[:20])


def _require_text(cells: Sequence[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise FileError("not_csv", "header_too_wide", limit=MAX_COLUMNS)
    text = "".join(cells)
    if "\0" in text:
        raise FileError("not_csv", "header_nul")
    if not is_decodable(text):
        raise FileError("undecodable", "header_undecodable")
