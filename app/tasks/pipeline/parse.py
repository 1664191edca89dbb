"""Bytes into columns. Knows no Django.

A block of clean lines (no quotes, one kind of line end, the right number of cells in each line,
UTF-8) is tokenised by Polars; any other block goes through the csv module. Both give the same
frame, so nothing after this knows which one it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import polars as pl
from polars.exceptions import PolarsError

from tasks.pipeline.dialect import HEAD_SIZE, Dialect, sniff
from tasks.pipeline.header import Header, understand
from tasks.pipeline.records import Record, RecordReader
from tasks.pipeline.rejects import Rejects
from tasks.pipeline.source import LineSource

BLOCK_SIZE: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class Batch:
    """`rows`: Int64 record and line, and a String column for each field of the header."""

    rows: pl.DataFrame
    rejects: Rejects


class Table:
    """A CSV file that was understood so far: its dialect and header; `batches` reads the rest.

    FileError (see dialect.py, header.py) where it could not be understood.
    """

    dialect: Dialect
    header: Header

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(HEAD_SIZE)
        self.dialect = sniff(head)
        stream.seek(self.dialect.bom_size)
        self._source = LineSource(stream)
        self._reader = RecordReader(self._source, delimiter=self.dialect.delimiter)
        self.header_record = self._first_record()
        self.header = understand(self.header_record.cells or [])
        self._record = 1

    def _first_record(self) -> Record:
        while True:
            self._reader.feed(self._source.line())
            if (record := next(self._reader.fed(), None)) is not None:
                return record

    def records(self) -> Iterator[Record]:
        """The data records as they stand in the file, in order; instead of `batches`."""
        return self._reader.all()

    def batches(self, block_size: int = BLOCK_SIZE) -> Iterator[Batch]:
        """The data rows in order. FileError: unclosed_quote, line_too_long."""
        while block := self._source.block(block_size):
            yield self._fast(block) or self._exact(block)

    def _fast(self, block: bytes) -> Batch | None:
        """The block by Polars, or None where it is not clean enough."""
        lines = _clean_lines(block)
        if lines is None:
            return None
        height = lines.count(b"\n") + (not lines.endswith(b"\n"))
        if lines.count(self.dialect.delimiter.encode()) != height * (self.header.width - 1):
            return None
        frame = _tokenise(lines, self.dialect.delimiter, self.header.width)
        if frame is None or frame.height != height:
            return None
        if self.header.width == 1 and (frame.to_series().str.strip_chars(" \t") == "").any():
            return None  # a blank line is no record
        rows = frame.select(
            pl.int_range(self._record, self._record + height).alias("record"),
            pl.int_range(self._reader.line, self._reader.line + height).alias("line"),
            *(pl.nth(position).alias(name) for name, position in self.header.columns.items()),
        )
        self._record += height
        self._reader.line += height
        return Batch(rows, Rejects())

    def _exact(self, block: bytes) -> Batch:
        """The block by the csv module, with whatever its last record takes of the next one."""
        columns = self.header.columns
        rows: list[tuple[int | str, ...]] = []
        rejects = Rejects()
        self._reader.feed(block)
        for record in self._reader.fed():
            cells = rejects.sound_cells(record, self._record, self.header.width)
            if cells is not None:
                values = [cells[position] for position in columns.values()]
                rows.append((self._record, record.line, *values))
            self._record += 1
        schema = {"record": pl.Int64, "line": pl.Int64} | dict.fromkeys(columns, pl.String)
        return Batch(pl.DataFrame(rows, schema=schema, orient="row"), rejects)


def _clean_lines(block: bytes) -> bytes | None:
    """The block with LF line ends, or None where only the csv module would read it right."""
    if b'"' in block or b"\0" in block:
        return None
    returns = block.count(b"\r")
    if returns:
        if not returns == block.count(b"\r\n") == block.count(b"\n"):
            return None
        block = block.replace(b"\r\n", b"\n")
    return None if block.startswith(b"\n") or b"\n\n" in block else block


def _tokenise(lines: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """All cells as strings; None where Polars refuses: too many cells in a line, or not UTF-8."""
    try:
        return pl.read_csv(
            lines,
            has_header=False,
            separator=delimiter,
            quote_char=None,
            schema={f"column_{i}": pl.String for i in range(width)},
            empty_string_is_null=False,
            extra_columns="raise",
            raise_if_empty=False,
        )
    except PolarsError:
        return None
