"""The header of a file: its columns, and the cells of a record by field."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.oracle import known_headers, rules
from tests.oracle.attributes import PREFIX, Attributes
from tests.oracle.header_keys import key
from tests.oracle.known_headers import NO_ATTRIBUTES, is_address
from tests.oracle.reading import FileError, Record

ERROR_COLUMNS = ("error_line", "error_column", "error_code", "error_message")
EXPORT_COLUMNS = ("email", "external_id", "name", "phone", "is_active", "must_change_password")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED_FORMULA = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Header:
    """The columns of a file.

    `fields`: the known fields by position, as known_headers.py names them. `width`: the number of
    columns without the nameless and the error columns at the end; `full`: with them.
    `error_columns`: the positions of the error columns of a rejected-rows.csv. `own_columns`: the
    positions of its other columns, without the nameless ones that a spreadsheet has appended.
    `last_own`: the last of these with a name.
    `bad_text_code`: the error code of a row with invalid bytes. `has_secrets`: some cells are
    passwords or hashes, so that no row is returned. `surplus`: the number of empty cells that each
    row has behind the named columns. `is_exported`: the columns are those of users/export.csv.
    """

    fields: Mapping[int, str]
    width: int
    full: int
    error_columns: Sequence[int]
    own_columns: Collection[int]
    last_own: int
    bad_text_code: str
    has_secrets: bool
    has_unknown: bool
    surplus: int = 0
    is_exported: bool = False

    @property
    def is_failed_rows_file(self) -> bool:
        """Return whether the file is a rejected-rows.csv."""
        return len(self.error_columns) == len(ERROR_COLUMNS)

    @property
    def _is_guarded(self) -> bool:
        """Return whether formulas are guarded by a quote."""
        return self.is_failed_rows_file or self.is_exported

    def returned_cells(self, record: Record) -> list[str]:
        """Return a record's cells as rejected-rows.csv has them, without the error columns."""
        if record.cells is None:
            return [guard_formula(record.text.rstrip("\r\n"))]
        if not self.is_failed_rows_file:
            return [self._with_guard(cell) for cell in record.cells]
        if (displaced := self._displaced_code(record.cells)) is not None:
            own = record.cells[: displaced - ERROR_COLUMNS.index("error_code")]
        else:
            own = [record.cells[at] for at in self.own_columns if at < len(record.cells)]
            own += record.cells[self.full :]
        return [self._with_guard(cell) for cell in own]

    def _with_guard(self, cell: str) -> str:
        return cell if self._is_guarded and cell.startswith("'") else guard_formula(cell)

    def _uncorrected_shape(self, cells: Sequence[str]) -> str:
        """Return the error code of a returned row whose number of cells is still wrong.

        Spreadsheets pad all rows to the same length, so that only the error cells show such a row.
        """
        if not self.is_failed_rows_file:
            return ""
        if self._displaced_code(cells) is not None:
            return "too_many_columns"
        is_still_short = (
            cells[self._code_column].strip() == "too_few_columns"
            and not cells[self.last_own].strip()
        )
        return "too_few_columns" if is_still_short else ""

    @property
    def _code_column(self) -> int:
        return self.error_columns[ERROR_COLUMNS.index("error_code")]

    def _displaced_code(self, cells: Sequence[str]) -> int | None:
        """Return the position of an error code that surplus cells have moved to the right."""
        places = range(self._code_column + 1, len(cells))
        return next((at for at in places if cells[at].strip() == "too_many_columns"), None)

    def values_by_field(self, record: Record) -> tuple[dict[str, str], rules.Fault | None]:
        """Return the record's trimmed cells by column, see `chosen`, or the fault in its shape."""
        cells = record.cells
        if cells is None:
            return {}, ("", "invalid_quoting")
        if not record.is_valid_text:
            return {}, ("", self.bad_text_code)
        if len(cells) < self.width + self.surplus:
            return {}, ("", "too_few_columns")
        surplus = cells[self.full if self.is_failed_rows_file else self.width :]
        is_too_long = not self.is_failed_rows_file and len(surplus) > self.surplus
        if is_too_long or any(cell.strip() for cell in surplus):
            return {}, ("", "too_many_columns")
        cells = [*cells, *[""] * (self.full - len(cells))]
        if code := self._uncorrected_shape(cells):
            return {}, ("", code)
        values = {
            field: self._meant(field, self._without_guard(cells[position]))
            for position, field in self.fields.items()
        }
        return values, None

    def _meant(self, field: str, cell: str) -> str:
        """Return the cell as it is meant. An exported phone or external id is any text.

        An exported attribute keeps its invisible characters, as a name does.
        """
        if self.is_exported and field in ("phone", "external_id"):
            field = "text"
        if self.is_exported and field.startswith(PREFIX):
            field = "name"
        return rules.trimmed(field, cell)

    def _without_guard(self, cell: str) -> str:
        """Remove the quote that a download puts before a formula."""
        return cell[1:] if self._is_guarded and _GUARDED_FORMULA.match(cell) else cell


def with_surplus(header: Header, rows: Iterable[Record]) -> Header:
    """Return the header with the number of empty cells that each of the rows has at its end.

    Where the header has fewer cells than the rows, an unknown name may be two names.
    """
    if header.is_failed_rows_file:
        return header
    surplus = None
    try:
        for row in rows:
            count = len(row.cells or ()) - header.width
            if count >= 0 and (surplus is None or count < surplus):
                surplus = count
    except FileError:
        pass
    surplus = surplus or 0
    if header.width + surplus > header.full and header.has_unknown:
        surplus = 0
    return replace(header, surplus=surplus)


def header_of(
    record: Record | None,
    column_option: Mapping[str, str | None],
    encoding: str,
    sample: known_headers.Rows,
    unread: Collection[str] = (),
    attributes: Attributes = NO_ATTRIBUTES,
) -> Header:
    """Return the header in this record of a file in this encoding; `sample` is below it.

    `unread`: fields that the uploader may not import.
    """
    cells = _readable_cells(record, column_option)
    keys = [key(cell) for cell in cells]
    fields = known_headers.chosen(keys, column_option, sample, unread, attributes)
    if {"password", "password_hash"} <= set(fields.values()):
        raise FileError("duplicate_header")
    if "email" not in fields.values():
        raise FileError("missing_email_column")
    named = [at for at, cell in enumerate(cells) if cell.strip()]
    errors = [at for at in named if cells[at].strip() in ERROR_COLUMNS]
    last_error = max(errors, default=0)
    own = [at for at in range(len(cells)) if at not in errors and (at in named or at < last_error)]
    last_own = max(at for at in own if at in named)
    return Header(
        fields,
        width=last_own + 1 if len(errors) == len(ERROR_COLUMNS) else named[-1] + 1,
        full=len(cells),
        error_columns=errors,
        own_columns=own,
        last_own=last_own,
        bad_text_code="invalid_utf8" if encoding.startswith("utf-8") else "undecodable",
        has_secrets=known_headers.has_secrets(keys, column_option),
        has_unknown=any(at not in fields for at in named if at not in errors),
        is_exported=set(EXPORT_COLUMNS) <= set(keys),
    )


def _readable_cells(
    record: Record | None, column_option: Mapping[str, str | None]
) -> Sequence[str]:
    """Return the headers, without guards if the file is a rejected-rows.csv."""
    if record is None or record.cells is None:
        raise FileError("missing_header")
    if not record.is_valid_text:
        raise FileError("undecodable")
    if "\0" in record.text:
        raise FileError("not_csv")
    cells = [rules.without_excel_formula(cell) for cell in record.cells]
    if set(ERROR_COLUMNS) <= {key(cell) for cell in cells}:
        cells = [cell[1:] if _GUARDED_FORMULA.match(cell) else cell for cell in cells]
    if "email" not in column_option.values() and any(map(is_address, cells)):
        raise FileError("missing_header")
    return cells


def guard_formula(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
