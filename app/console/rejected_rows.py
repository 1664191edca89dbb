"""A page of rejected rows as a table, and the corrections that its form sends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from console.labels import FIELDS
from tasks.messages import row_message
from tasks.models import ImportJob, ImportRowError
from tasks.returning.correction import RejectedRows, shown

PAGE: Final = 25
_FIELDS: Final = 900
"""Fields of a form; Django accepts 1,000."""
_WIDE: Final = 40
"""Columns up to which a table has all of them. A wider one has only those that are imported."""
_SURPLUS: Final = 10
"""Cells beyond the headers that a row may have here."""
_ROW_MAX_LENGTH: Final = 10_000
_DIGITS: Final = 18
"""Digits of the largest number of a record."""


@dataclass(frozen=True)
class Cell:
    """A cell of the table: the name of its input, what it shows, and its column."""

    name: str
    value: str
    header: str
    reason: str = ""

    @property
    def has_lines(self) -> bool:
        """Whether the value has line breaks, which the input of one line would remove."""
        return "\n" in self.value or "\r" in self.value


@dataclass(frozen=True)
class Row:
    """A rejected row. `cells` is empty if it cannot be corrected here.

    `reason` is empty if it stands beside a cell. `padding` has the columns behind the last cell.
    """

    error: ImportRowError
    message: str
    reason: str
    cells: Sequence[Cell] = ()
    padding: range = range(0)

    @property
    def field(self) -> str:
        """The name of the column as people say it."""
        return str(FIELDS.get(self.error.column, self.error.column))


@dataclass(frozen=True)
class Sheet:
    """The columns of the table, each with whether it is imported, and its rows."""

    headers: Sequence[tuple[str, bool]]
    rows: Sequence[Row]


def page_size(job: ImportJob) -> int:
    """Return the number of rows of a page, fewer if the rows are wide."""
    width = len(job.imported_columns or ()) + len(job.ignored_columns)
    if width > _WIDE:
        width = len(job.imported_columns or ())
    return max(1, min(PAGE, _FIELDS // (width + _SURPLUS + 1)))


def sheet(errors: Sequence[ImportRowError], rejected: RejectedRows) -> Sheet:
    """Return the table of the rows with these errors."""
    headers = rejected.headers
    imported = set(rejected.columns.values())
    positions = [at for at in range(len(headers)) if len(headers) <= _WIDE or at in imported]
    rows = [_row(error, rejected, positions) for error in errors]
    surplus = max((len(row.cells) - len(positions) for row in rows if row.cells), default=0)
    names = [(headers[at], at in imported) for at in positions]
    width = len(names) + surplus
    padded = [replace(row, padding=range(len(row.cells), width)) for row in rows]
    return Sheet([*names, *[("", False)] * surplus], padded)


def plain_rows(errors: Sequence[ImportRowError]) -> list[Row]:
    """Return the rows without their cells."""
    return [_without_cells(error) for error in errors]


def _without_cells(error: ImportRowError) -> Row:
    message = row_message(error.code, error.detail)
    return Row(error, message, message)


def _row(error: ImportRowError, rejected: RejectedRows, positions: Sequence[int]) -> Row:
    cells = rejected.rows.get(error.record)
    if cells is None or not _fits(cells, rejected):
        return _without_cells(error)
    message = row_message(error.code, error.detail)
    faulty = rejected.columns.get(error.column)
    shown_at = [*positions, *range(len(rejected.headers), len(cells))]
    names = dict(enumerate(rejected.headers))
    return Row(
        error,
        message,
        "" if faulty in positions else message,
        [
            Cell(
                _name(error.record, at),
                shown(cells[at]),
                names.get(at, ""),
                message if at == faulty else "",
            )
            for at in shown_at
        ],
    )


def _fits(cells: Sequence[str], rejected: RejectedRows) -> bool:
    is_short = sum(map(len, cells)) <= _ROW_MAX_LENGTH
    return is_short and len(cells) <= len(rejected.headers) + _SURPLUS


def _name(record: int, at: int) -> str:
    return f"cell-{record}-{at}"


def sent_records(form: QueryDict) -> list[int]:
    """Return the records of the rows that the form has, at most PAGE."""
    parts = (name.split("-") for name in form if name.startswith(("cell-", "row-")))
    records = {int(part[1]) for part in parts if part[1].isdecimal() and len(part[1]) <= _DIGITS}
    return sorted(records)[:PAGE]


def corrected(rejected: RejectedRows, form: QueryDict) -> list[list[str]]:
    """Return the rows of the form that the user has changed, or wants to send as they are."""
    return list(_corrected(rejected.rows, form, width=len(rejected.headers)))


def _corrected(
    rows: Mapping[int, Sequence[str]], form: QueryDict, *, width: int
) -> Iterator[list[str]]:
    for record, cells in rows.items():
        row = [_sent(cell, form.get(_name(record, at))) for at, cell in enumerate(cells)]
        if row != cells or f"row-{record}" in form:
            yield _trimmed(row, width)


def _sent(cell: str, sent: str | None) -> str:
    """Return the cell as the form has it, or unchanged: a form cannot have each character."""
    if sent is None or _lines(sent) == _lines(shown(cell)):
        return cell
    return _lines(sent)


def _lines(text: str) -> str:
    """Return the text with the line feeds that an import knows; a browser sends CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _trimmed(row: list[str], width: int) -> list[str]:
    """Return the row without empty cells beyond the headers."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row
