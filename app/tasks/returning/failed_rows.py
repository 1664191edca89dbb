"""The rejected rows as a CSV file, to be corrected and uploaded again."""

import csv
import re
from collections.abc import Collection, Iterator

from core.postgres.release import release_connection
from tasks import files
from tasks.models import ImportJob
from tasks.reading.header import Header
from tasks.reading.records import Record
from tasks.reading.returned import ERROR_COLUMNS
from tasks.reading.spreadsheet import guard, is_guarded
from tasks.reading.table import Table
from tasks.returning.own_cells import own_cells, own_headers, padded
from tasks.returning.row_notes import RowNote, row_notes

_BLOCK = 64 * 1024
"""Characters that are sent at a time."""


def charset(job: ImportJob) -> str:
    """Return the encoding of the file as HTTP names it."""
    return re.sub("-sig$|-(?=[lb]e$)", "", job.encoding)


class _Line:
    """A file for `csv.writer` that holds only the last line written."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def failed_rows(job: ImportJob, *, include: Collection[str] = ()) -> Iterator[bytes]:
    """Return the bytes of the file, in the encoding, delimiter and order of the upload.

    `include` adds rows with these outcomes, see NOT_WRITTEN. Raises `FileError` at the call if the
    uploaded file is missing or damaged, not in the middle of an answer.

    Cells stand as they were sent (reading/spreadsheet.py has the exception), and below their
    headers unless a row has too many. reading/returned.py recognises a row that had too few.
    """
    blocks = _blocks(job, row_notes(job, include))
    next(blocks)
    return blocks


def _blocks(job: ImportJob, notes: Iterator[RowNote]) -> Iterator[bytes]:
    """Yield nothing when the file is open, then the header, which needs no note, then the rows."""
    with files.open_table(job) as table:
        release_connection()
        yield b""
        lines = _lines(table, notes)
        yield table.preamble + table.encoded(next(lines))
        for block in _blocks_of(lines):
            yield table.encoded(block)


def _blocks_of(lines: Iterator[str]) -> Iterator[str]:
    """Join the lines. A line may have a megabyte, so their number does not bound a block."""
    block: list[str] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield "".join(block)
            block, size = [], 0
    if block:
        yield "".join(block)


def _lines(table: Table, notes: Iterator[RowNote]) -> Iterator[str]:
    line, dialect = _Line(), table.dialect
    writer = csv.writer(line, delimiter=dialect.delimiter, lineterminator=dialect.line_end)
    for row in _rows(table, notes):
        writer.writerow(row)
        yield line.text


def _rows(table: Table, notes: Iterator[RowNote]) -> Iterator[list[str]]:
    header = table.header
    yield [*_guarded(own_headers(table), header), *ERROR_COLUMNS]
    records = enumerate(table.records(), start=1)
    for note in notes:
        record = next(record for number, record in records if number == note.record)
        yield [*_cells(record, header), str(record.line), note.column, note.code, note.message]


def _cells(record: Record, header: Header) -> list[str]:
    if record.cells is None:
        return padded([guard(record.text.rstrip("\r\n"))], header)
    return padded(_guarded(own_cells(record.cells, header), header), header)


def _guarded(cells: list[str], header: Header) -> list[str]:
    """Guard the cells. Cells of the file that are guarded already stay as they are."""
    return [cell if header.is_guarded and is_guarded(cell) else guard(cell) for cell in cells]
