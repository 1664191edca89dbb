"""Rejected rows with the cells of the uploaded file, to be corrected one by one.

Their lines are found without splitting the lines before them, so a row far down in a large file
takes a fraction of the time that rejected-rows.csv takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tasks import files
from tasks.models import ImportJob, ImportRowError
from tasks.reading.header import Header
from tasks.reading.records import Record
from tasks.reading.spreadsheet import unguard
from tasks.reading.transcoding import printable
from tasks.returning.own_cells import own_cells, own_headers, padded

SEARCHED: Final = 256 * 1024 * 1024
"""Bytes of a decompressed file in which rows are searched, which takes about a second."""


@dataclass(frozen=True, kw_only=True)
class RejectedRows:
    """The header of a file, and some of its rejected rows.

    `columns` are the positions of the imported columns by field, as `Header.columns`. `rows` has
    the cells by record; a row beyond SEARCHED is missing. A row may have more cells than headers,
    never fewer. With `is_guarded`, a file with these headers needs guards, see spreadsheet.py.
    """

    headers: Sequence[str]
    columns: Mapping[str, int]
    rows: Mapping[int, Sequence[str]]
    is_guarded: bool


def may_correct(job: ImportJob) -> bool:
    """Return whether the rejected rows can be corrected without the rest of the file.

    The import has done the rest then. Rows of a file with secrets are never returned.
    """
    is_done = job.status == ImportJob.Status.SUCCESS and not job.options.get("dry_run")
    return is_done and job.failed > 0 and not job.has_secrets and job.expired_at is None


def read_rejected(job: ImportJob, errors: Sequence[ImportRowError]) -> RejectedRows:
    """Return the rows with these errors, which are in the order of the file.

    Raises `FileError` if the stored file is missing or damaged.
    """
    with files.open_table(job) as table:
        header, delimiter = table.header, table.dialect.delimiter
        records = table.records_at([error.line for error in errors], within=SEARCHED)
        rows = [_cells(record, header, delimiter) for record in records]
        return RejectedRows(
            headers=_unguarded(own_headers(table), is_guarded=header.returned is not None),
            columns=_own_columns(header),
            rows={error.record: row for error, row in zip(errors, rows, strict=False)},
            is_guarded=header.is_exported,
        )


def shown(cell: str) -> str:
    """Return the cell in a form that a page can show."""
    return printable(cell).replace("\0", "\\x00")


def _cells(record: Record, header: Header, delimiter: str) -> list[str]:
    """Return the uploader's cells. A row with malformed quotes is split at each delimiter."""
    if record.cells is None:
        return padded(record.text.rstrip("\r\n").split(delimiter), header)
    cells = _unguarded(own_cells(record.cells, header), is_guarded=header.is_guarded)
    return padded(cells, header)


def _unguarded(cells: list[str], *, is_guarded: bool) -> list[str]:
    return [unguard(cell) for cell in cells] if is_guarded else cells


def _own_columns(header: Header) -> dict[str, int]:
    """Return the positions of the imported columns among the uploader's."""
    if header.returned is None:
        return header.columns
    return {field: header.returned.own.index(at) for field, at in header.columns.items()}
