"""The uploader's own rows that were refused, ready to be corrected and sent again."""

import csv
from collections.abc import Iterator
from itertools import chain, islice

from tasks.models import ImportJob, ImportRowError
from tasks.pipeline import files
from tasks.pipeline.codes import row_message
from tasks.pipeline.header import Header
from tasks.pipeline.parse import Table
from tasks.pipeline.records import Record
from tasks.pipeline.spreadsheet import ERROR_COLUMNS, guard

_AT_ONCE = 500


class _Line:
    """A file for csv.writer that keeps what was written last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def failed_rows(job: ImportJob) -> Iterator[bytes]:
    """The file's bytes, in its encoding, delimiter and order.

    FileNotFoundError at the call, not in the middle of an answer.

    Cells stand as they were sent (see spreadsheet.py for the exception). Error columns come after
    a row's own cells, so that a row with too few of them is still refused if nobody mends it.
    """
    pieces = _pieces(job)
    return chain([next(pieces)], pieces)


def _pieces(job: ImportJob) -> Iterator[bytes]:
    with files.open_csv(job) as stream:
        table = Table(
            stream,
            encoding=job.encoding,
            delimiter=job.delimiter,
            columns=job.options.get("columns", {}),
        )
        yield table.preamble
        lines = _lines(job, table)
        while piece := "".join(islice(lines, _AT_ONCE)):
            yield table.encoded(piece)


def _lines(job: ImportJob, table: Table) -> Iterator[str]:
    line = _Line()
    writer = csv.writer(line, delimiter=job.delimiter, lineterminator=table.dialect.line_end)
    for row in _rows(job, table):
        writer.writerow(row)
        yield line.text


def _rows(job: ImportJob, table: Table) -> Iterator[list[str]]:
    own_width = table.header.width - len(ERROR_COLUMNS) * table.header.guarded
    yield [*(table.header_record.cells or [])[:own_width], *ERROR_COLUMNS]
    records = enumerate(table.records(), start=1)
    for error in job.row_errors.order_by("record").iterator(chunk_size=2000):
        record = next(record for number, record in records if number == error.record)
        yield _row(record, error, table.header, own_width if table.header.guarded else None)


def _row(record: Record, error: ImportRowError, header: Header, own_width: int | None) -> list[str]:
    """`own_width` is given where the file came from here, its cells guarded already."""
    if record.cells is None:
        cells = [record.text.rstrip("\r\n")]
    else:
        cells = header.fit(record.cells) or record.cells
    own = [guard(cell) for cell in cells] if own_width is None else cells[:own_width]
    message = row_message(error.code, error.detail)
    return [*own, str(error.line), error.column, error.code, message]
