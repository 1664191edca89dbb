"""A CSV file, read into batches of columns at two speeds.

- Fast reading by Polars: `clean.py` reads blocks of plain lines; `by_line.py` reads blocks with
  quotes, blank lines and lines of any width, as long as each line is a record.
- Exact reading: `records.py` reads every other block, record by record.

Both give the same frame, so later stages do not know which one has read a block.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import polars as pl

from tasks.codes import FileError
from tasks.reading import by_line, clean, transcoding
from tasks.reading.dialect import HEAD_SIZE, Dialect, sniff
from tasks.reading.header import Header, header_with, listed, parse_header
from tasks.reading.header_rules import NO_RULES, HeaderRules
from tasks.reading.labels import is_row_of_labels
from tasks.reading.plain import is_plain
from tasks.reading.records import Record, RecordReader
from tasks.reading.rejections import Rejections
from tasks.reading.source import LineSource
from tasks.reading.spreadsheet import text_of
from tasks.reading.surplus import with_surplus
from tasks.reading.tokens import Tokens

BLOCK_SIZE: Final = 4 * 1024 * 1024
_PARTS: Final = 8


@dataclass(frozen=True)
class Batch:
    """The rows of a block.

    `rows`: Int64 record and line, and a String column for each field of the header.
    `rejected`: see rejections.SCHEMA. `is_plain`: no cell needs tidying, see plain.py.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame
    is_plain: bool = False


class Table:
    """A CSV file whose dialect and header have been read; `batches` reads the rest.

    The constructor raises `FileError` (see dialect.py, header.py).
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
        rules: HeaderRules = NO_RULES,
        columns: Mapping[str, int] | None = None,
    ) -> None:
        """`stream` is at the file's first byte; a delimiter of None is detected.

        `columns` are those of a header that was parsed before, perhaps with other attributes.
        """
        self._source = LineSource(transcoding.as_utf8(stream, encoding))
        dialect = sniff(
            self._source.peek(HEAD_SIZE), encoding=encoding, delimiter=delimiter, rules=rules
        )
        self._source.skip(len(dialect.bom + dialect.sep_line))
        errors = transcoding.line_errors(encoding)
        self._reader = RecordReader(
            self._source,
            delimiter=dialect.delimiter,
            errors=errors,
            line=2 if dialect.sep_line else 1,
        )
        self.header_record = self._header_record(dialect.header_line)
        header = self._header(rules, dialect, columns)
        self.header = with_surplus(
            header, self._source.peek(HEAD_SIZE), delimiter=dialect.delimiter, errors=errors
        )
        if dialect.sample and is_row_of_labels(dialect.sample[0], self.header.columns):
            self._reader.first_filled(line=self._reader.line, within=HEAD_SIZE)
        self.dialect = replace(dialect, line_end=self.header_record.line_end or dialect.line_end)
        self._record = 1

    def _header(
        self, rules: HeaderRules, dialect: Dialect, columns: Mapping[str, int] | None
    ) -> Header:
        cells = self.header_record.cells or []
        if columns is not None:
            return header_with(cells, columns)
        return parse_header(cells, rules, dialect.sample)

    def _header_record(self, line: int) -> Record:
        record = self._reader.first_filled(line=line, within=HEAD_SIZE)
        if record is None:
            raise FileError("missing_header", "header_missing")
        if record.cells is None:
            raise FileError("missing_header", "header_quotes")
        return replace(record, cells=[text_of(cell) for cell in record.cells])

    def require_external_id(self) -> None:
        """Raise `FileError` (missing_external_id_column) if no column holds the external id."""
        if "external_id" not in self.header.columns:
            found = listed(self.header_record.cells or [])
            raise FileError("missing_external_id_column", found=found)

    @property
    def preamble(self) -> bytes:
        """Return the file's byte order mark, its line such as `sep=;`, both or none."""
        return self.encoded((self.dialect.bom + self.dialect.sep_line).decode())

    def encoded(self, text: str) -> bytes:
        """Return the text of a record or a cell as the bytes that stand in the file."""
        return transcoding.encoded(text, self.dialect.encoding)

    def records(self) -> Iterator[Record]:
        """Yield the data records as they stand in the file; for use instead of `batches`.

        If `batches` reads a file without an error, so does this method: its limits are the same.
        It reads no larger blocks than the parts of exact reading, which needs most memory.
        """
        return self._reader.all(-(-BLOCK_SIZE // _PARTS))

    def records_at(self, lines: Sequence[int], *, within: int) -> Iterator[Record]:
        """Yield the records that begin in these physical lines, which are in their order.

        Stop when `within` bytes between them are skipped.
        """
        for line in lines:
            record = self._reader.at_line(line, within=within)
            if record is None:
                return
            yield record

    def batches(self, block_size: int = BLOCK_SIZE) -> Iterator[Batch]:
        """Yield the data rows in order. Raises `FileError` (unclosed_quote, line_too_long)."""
        while block := self._source.block(block_size):
            if batch := self._fast(block):
                yield batch
            else:
                self._source.unread(block)
                yield from self._parts(block_size)

    def _parts(self, block_size: int) -> Iterator[Batch]:
        """Read a block in parts: some can be read fast, and a part needs less memory."""
        for _ in range(_PARTS):
            if part := self._source.block(-(-block_size // _PARTS)):
                yield self._fast(part) or self._exact(part)

    def _fast(self, block: bytes) -> Batch | None:
        """Read the block with Polars, or return `None` if it needs exact reading."""
        for tokenise in (clean.tokenise, by_line.tokenise):
            tokens = tokenise(block, delimiter=self.dialect.delimiter, header=self.header)
            if tokens is not None:
                return self._numbered(tokens, plain=is_plain(block, self.dialect.encoding))
        return None

    def _numbered(self, tokens: Tokens, *, plain: bool) -> Batch:
        record, line = self._record, self._reader.line
        self._record += tokens.records
        self._reader.line += tokens.height
        from_here = (pl.col("record") + record, pl.col("line") + line)
        rows, rejected = (part.with_columns(from_here) for part in (tokens.rows, tokens.rejected))
        return Batch(rows, rejected, plain)

    def _exact(self, block: bytes) -> Batch:
        """Read the block record by record; its last record may reach into the next block."""
        columns = self.header.columns
        rows: list[tuple[int | str, ...]] = []
        rejections = Rejections(self.header, self.dialect.encoding)
        self._reader.feed(block)
        for record in self._reader.fed():
            cells = rejections.cells_or_reject(record, self._record)
            if cells is not None:
                values = [cells[position] for position in columns.values()]
                rows.append((self._record, record.line, *values))
            self._record += 1
        schema = {"record": pl.Int64, "line": pl.Int64} | dict.fromkeys(columns, pl.String)
        return Batch(pl.DataFrame(rows, schema=schema, orient="row"), rejections.frame())
