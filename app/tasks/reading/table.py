"""Bytes into columns. Knows no Django.

A block whose lines are records is tokenised by Polars, any other by the csv module. Both give the
same frame, so nothing after this knows which one it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import polars as pl

from tasks.codes import FileError
from tasks.reading import by_line, clean, transcoding
from tasks.reading.dialect import HEAD_SIZE, Dialect, sniff
from tasks.reading.header import USUAL, Columns, Header, understand
from tasks.reading.records import Record, RecordReader
from tasks.reading.rejections import Rejections
from tasks.reading.source import LineSource
from tasks.reading.tokens import Tokens

BLOCK_SIZE: Final = 4 * 1024 * 1024
_PARTS: Final = 8


@dataclass(frozen=True)
class Batch:
    """`rows`: Int64 record and line, and a String column for each field of the header.

    `rejects`: see rejections.SCHEMA.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame


class Table:
    """A CSV file that was understood so far: its dialect and header; `batches` reads the rest.

    FileError (see dialect.py, header.py) where it could not be understood.
    """

    dialect: Dialect
    header: Header
    header_record: Record

    def __init__(
        self,
        stream: BinaryIO,
        *,
        encoding: str,
        delimiter: str | None = None,
        columns: Columns = USUAL,
    ) -> None:
        """`stream` is at the file's first byte; a delimiter of None is to be detected."""
        self._source = LineSource(transcoding.as_utf8(stream, encoding))
        dialect = sniff(
            self._source.peek(HEAD_SIZE), encoding=encoding, delimiter=delimiter, columns=columns
        )
        self._source.skip(len(dialect.mark + dialect.sep_line))
        self._reader = RecordReader(
            self._source,
            delimiter=dialect.delimiter,
            errors=transcoding.line_errors(encoding),
            line=2 if dialect.sep_line else 1,
        )
        self.header_record = self._header_record()
        self.header = understand(self.header_record.cells or [], columns)
        self.dialect = replace(dialect, line_end=self.header_record.line_end or dialect.line_end)
        self._record = 1

    def _header_record(self) -> Record:
        record = self._reader.first_filled(within=HEAD_SIZE)
        if record is None:
            raise FileError("missing_header", "header_missing")
        if record.cells is None:
            raise FileError("missing_header", "header_quotes")
        return record

    @property
    def preamble(self) -> bytes:
        """What stands before the header: a byte order mark, Excel's `sep=;`, or nothing."""
        return self.encoded((self.dialect.mark + self.dialect.sep_line).decode())

    def encoded(self, text: str) -> bytes:
        """A record's text, or a cell's, as it stands in the file."""
        return transcoding.encoded(text, self.dialect.encoding)

    def records(self) -> Iterator[Record]:
        """The data records as they stand in the file, in order; instead of `batches`.

        Where those ended well, so do these: their limits are the same, or wider by the block.
        """
        return self._reader.all(BLOCK_SIZE)

    def batches(self, block_size: int = BLOCK_SIZE) -> Iterator[Batch]:
        """The data rows in order. FileError: unclosed_quote, line_too_long."""
        while block := self._source.block(block_size):
            if batch := self._fast(block):
                yield batch
            else:
                self._source.unread(block)
                yield from self._pieces(block_size)

    def _pieces(self, block_size: int) -> Iterator[Batch]:
        """A block that is not clean in parts, of which some may be: they also need less memory."""
        for _ in range(_PARTS):
            if piece := self._source.block(-(-block_size // _PARTS)):
                yield self._fast(piece) or self._exact(piece)

    def _fast(self, block: bytes) -> Batch | None:
        """The block by Polars, or None where it is not clean enough."""
        for tokenised in (clean.tokenised, by_line.tokenised):
            tokens = tokenised(block, delimiter=self.dialect.delimiter, header=self.header)
            if tokens is not None:
                return self._numbered(tokens)
        return None

    def _numbered(self, tokens: Tokens) -> Batch:
        record, line = self._record, self._reader.line
        self._record += tokens.records
        self._reader.line += tokens.height
        from_here = (pl.col("record") + record, pl.col("line") + line)
        return Batch(tokens.rows.with_columns(from_here), tokens.rejected.with_columns(from_here))

    def _exact(self, block: bytes) -> Batch:
        """The block by the csv module, with whatever its last record takes of the next one."""
        columns = self.header.columns
        rows: list[tuple[int | str, ...]] = []
        rejected = Rejections(self.header, self.dialect.encoding)
        self._reader.feed(block)
        for record in self._reader.fed():
            cells = rejected.sound_cells(record, self._record)
            if cells is not None:
                values = [cells[position] for position in columns.values()]
                rows.append((self._record, record.line, *values))
            self._record += 1
        schema = {"record": pl.Int64, "line": pl.Int64} | dict.fromkeys(columns, pl.String)
        return Batch(pl.DataFrame(rows, schema=schema, orient="row"), rejected.frame())
