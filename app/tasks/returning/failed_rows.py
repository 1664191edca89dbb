"""The uploader's own rows that were refused, ready to be corrected and sent again."""

import csv
import re
from collections.abc import Collection, Iterator
from itertools import chain, islice

from tasks import files
from tasks.models import ImportJob
from tasks.reading.header import Header
from tasks.reading.records import Record
from tasks.reading.returned import ERROR_COLUMNS
from tasks.reading.spreadsheet import guard, is_guarded
from tasks.reading.table import Table
from tasks.returning.row_notes import RowNote, row_notes

_AT_ONCE = 500


def charset(job: ImportJob) -> str:
    """Of the file, as HTTP names it."""
    return re.sub("-sig$|-(?=[lb]e$)", "", job.encoding)


class _Line:
    """A file for csv.writer that keeps what was written last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def failed_rows(job: ImportJob, *, include: Collection[str] = ()) -> Iterator[bytes]:
    """The file's bytes, in its encoding, delimiter and order; `include` as in notes.py.

    FileError at the call, not in the middle of an answer.

    Cells stand as they were sent (see spreadsheet.py for the exception), and below their headers,
    unless a row has too many. How a row with too few is known when it returns: see returned.py.
    """
    pieces = _pieces(job, row_notes(job, include))
    return chain([next(pieces)], pieces)


def _pieces(job: ImportJob, about: Iterator[RowNote]) -> Iterator[bytes]:
    with files.open_table(job) as table:
        yield table.preamble
        lines = _lines(table, about)
        while piece := "".join(islice(lines, _AT_ONCE)):
            yield table.encoded(piece)


def _lines(table: Table, about: Iterator[RowNote]) -> Iterator[str]:
    line, dialect = _Line(), table.dialect
    writer = csv.writer(line, delimiter=dialect.delimiter, lineterminator=dialect.line_end)
    for row in _rows(table, about):
        writer.writerow(row)
        yield line.text


def _rows(table: Table, about: Iterator[RowNote]) -> Iterator[list[str]]:
    header = table.header
    yield [*_safe(_own_cells(table.header_record.cells or [], header), header), *ERROR_COLUMNS]
    records = enumerate(table.records(), start=1)
    for note in about:
        record = next(record for number, record in records if number == note.record)
        yield [*_shown(record, header), str(record.line), note.column, note.code, note.message]


def _shown(record: Record, header: Header) -> list[str]:
    if record.cells is None:
        return _filled([guard(record.text.rstrip("\r\n"))], header)
    return _filled(_safe(_own_cells(record.cells, header), header), header)


def _safe(own: list[str], header: Header) -> list[str]:
    """Guarded; in a file that came from here those that are already stay so."""
    return [cell if header.returned and is_guarded(cell) else guard(cell) for cell in own]


def _own_cells(cells: list[str], header: Header) -> list[str]:
    fitting = header.fit(cells) or cells
    return header.returned.own_cells(fitting) if header.returned else fitting


def _filled(own: list[str], header: Header) -> list[str]:
    """With empty cells up to the error columns, so that these stand below their headers."""
    width = len(header.returned.own) if header.returned else header.width
    return [*own, *[""] * (width - len(own))]
