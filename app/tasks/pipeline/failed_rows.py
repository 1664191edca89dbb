"""The uploader's own rows that were refused, ready to be corrected and sent again."""

import csv
import re
from collections.abc import Collection, Iterator
from itertools import chain, islice

from tasks.models import ImportJob
from tasks.pipeline import files
from tasks.pipeline.header import Header
from tasks.pipeline.notes import Note, notes
from tasks.pipeline.options import Options
from tasks.pipeline.parse import Table
from tasks.pipeline.records import Record
from tasks.pipeline.spreadsheet import ERROR_COLUMNS, guard

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

    FileNotFoundError at the call, not in the middle of an answer.

    Cells stand as they were sent (see spreadsheet.py for the exception). Error columns come after
    a row's own cells, so that a row with too few of them is still refused if nobody mends it.
    """
    pieces = _pieces(job, notes(job, include))
    return chain([next(pieces)], pieces)


def _pieces(job: ImportJob, about: Iterator[Note]) -> Iterator[bytes]:
    with files.open_csv(job) as stream:
        table = Table(
            stream,
            encoding=job.encoding,
            delimiter=job.delimiter,
            columns=Options(**job.options).columns,
        )
        yield table.preamble
        lines = _lines(table, about)
        while piece := "".join(islice(lines, _AT_ONCE)):
            yield table.encoded(piece)


def _lines(table: Table, about: Iterator[Note]) -> Iterator[str]:
    line, dialect = _Line(), table.dialect
    writer = csv.writer(line, delimiter=dialect.delimiter, lineterminator=dialect.line_end)
    for row in _rows(table, about):
        writer.writerow(row)
        yield line.text


def _rows(table: Table, about: Iterator[Note]) -> Iterator[list[str]]:
    own_width = table.header.width - len(ERROR_COLUMNS) * table.header.guarded
    yield [*(table.header_record.cells or [])[:own_width], *ERROR_COLUMNS]
    records = enumerate(table.records(), start=1)
    for note in about:
        record = next(record for number, record in records if number == note.record)
        own = _own_cells(record, table.header, own_width)
        yield [*own, str(record.line), note.column, note.code, note.message]


def _own_cells(record: Record, header: Header, own_width: int) -> list[str]:
    """Without the error columns of a file that came from here, whose cells are guarded already."""
    if record.cells is None:
        return [guard(record.text.rstrip("\r\n"))]
    cells = header.fit(record.cells) or record.cells
    return cells[:own_width] if header.guarded else [guard(cell) for cell in cells]
