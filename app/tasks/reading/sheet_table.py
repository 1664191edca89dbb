"""The CSV text of a sheet as a table, with the line breaks of its cells."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from tasks.reading.records import Record
from tasks.reading.table import BLOCK_SIZE, Batch, Table
from tasks.reading.workbook import LINE_BREAK


class SheetTable(Table):
    """A table in whose text LINE_BREAK stands for a line feed."""

    def records(self) -> Iterator[Record]:
        return map(_restored, super().records())

    def records_at(self, lines: Sequence[int], *, within: int) -> Iterator[Record]:
        return map(_restored, super().records_at(lines, within=within))

    def batches(self, block_size: int = BLOCK_SIZE) -> Iterator[Batch]:
        texts = pl.col(pl.String).str.replace_all(LINE_BREAK, "\n", literal=True)
        for batch in super().batches(block_size):
            rows, rejected = (frame.with_columns(texts) for frame in (batch.rows, batch.rejected))
            yield replace(batch, rows=rows, rejected=rejected)

    def _header_record(self, line: int) -> Record:
        return _restored(super()._header_record(line))


def _restored(record: Record) -> Record:
    return replace(record, cells=restored(record.cells)) if record.cells else record


def restored(cells: Sequence[str]) -> list[str]:
    """Return the cells with line feeds."""
    return [cell.replace(LINE_BREAK, "\n") for cell in cells]
