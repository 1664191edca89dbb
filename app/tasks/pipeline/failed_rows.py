"""The uploader's own rows that were refused, ready to be corrected and sent again."""

import csv
from collections.abc import Collection, Iterator
from itertools import chain, islice

from tasks.models import ImportJob
from tasks.pipeline import files
from tasks.pipeline.notes import Note, notes
from tasks.pipeline.parse import Table
from tasks.pipeline.records import Record
from tasks.pipeline.spreadsheet import ERROR_COLUMNS, guard

_AT_ONCE = 500


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
    with files.open_stored(job.file) as stream:
        yield b"\xef\xbb\xbf" if job.encoding == "utf-8-sig" else b""
        lines = _lines(job, Table(stream), about)
        while piece := "".join(islice(lines, _AT_ONCE)):
            yield piece.encode("utf-8", "surrogateescape")


def _lines(job: ImportJob, table: Table, about: Iterator[Note]) -> Iterator[str]:
    line = _Line()
    writer = csv.writer(line, delimiter=job.delimiter)
    for row in _rows(table, about):
        writer.writerow(row)
        yield line.text


def _rows(table: Table, about: Iterator[Note]) -> Iterator[list[str]]:
    own_width = table.header.width - len(ERROR_COLUMNS) * table.header.guarded
    yield [*(table.header_record.cells or [])[:own_width], *ERROR_COLUMNS]
    records = enumerate(table.records(), start=1)
    for note in about:
        record = next(record for number, record in records if number == note.record)
        yield _row(record, note, own_width if table.header.guarded else None)


def _row(record: Record, note: Note, own_width: int | None) -> list[str]:
    """`own_width` is given where the file came from here, its cells guarded already."""
    cells = record.cells if record.cells is not None else [record.text.rstrip("\r\n")]
    own = [guard(cell) for cell in cells] if own_width is None else cells[:own_width]
    return [*own, str(record.line), note.column, note.code, note.message]
