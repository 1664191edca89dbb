"""Exact reading, record by record, with line numbers; see table.py.

cells.py splits a record into cells. A record that begins with a line without quotes is split at
the delimiter alone.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tasks.codes import FileError
from tasks.options import DELIMITERS
from tasks.reading.cells import QuoteError, Splitter, UnclosedQuoteError
from tasks.reading.source import MAX_LINE, LineSource, count_lines

_CONTENT: Final = re.compile(rf'[^\s"{re.escape("".join(DELIMITERS))}]')
WHITE: Final = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""The characters that `str.strip` removes. A row with nothing but them in its cells is no row."""
_FREE_TO_REREAD: Final = 64 * MAX_LINE
_SKIPPED: Final = 256 * 1024
"""Bytes that are skipped at a time. The lines of the last block are decoded one by one."""
_REREADS: Final = 4
"""After wrong quotes, _FREE_TO_REREAD bytes and _REREADS times the fed bytes may be read again."""


@dataclass(slots=True)
class Record:
    """A record as it stands in the file.

    `line` is its first physical line; the file's first line is 1. `text` holds all its lines.
    `cells` is None if the quoting is malformed. transcoding.py says how undecodable bytes appear.
    """

    line: int
    cells: list[str] | None
    text: str

    @property
    def line_end(self) -> str:
        """Return the ending of the last line; empty if the file ends without one."""
        return self.text[len(self.text.rstrip("\r\n")) :]


def has_content(cells: Iterable[str]) -> bool:
    """Return whether the cells hold more than blanks, quotes and the delimiters of any dialect."""
    return any(map(_CONTENT.search, cells))


class RecordReader:
    """The records of `source`, whose next line is physical line `line`.

    After a quote that closes in the middle of a cell, reading continues at the next line. So one
    stray quote costs one line, not all lines up to the next quote.
    """

    def __init__(
        self, source: LineSource, *, delimiter: str, errors: str = "surrogateescape", line: int = 1
    ) -> None:
        self.line = line
        self._source = source
        self._delimiter = delimiter
        self._splitter = Splitter(delimiter)
        self._errors = errors
        self._blank = WHITE + delimiter
        self._pending: deque[str] = deque()
        self._record_lines: list[str] = []
        self._record_size = 0
        self._fed_size = self._reread_size = self._skipped_size = 0

    def feed(self, block: bytes) -> None:
        """Put whole lines before those that the source still has."""
        self._fed_size += len(block)
        lines = block.splitlines(keepends=True)
        self._pending.extend(line.decode("utf-8", self._errors) for line in lines)

    def fed(self) -> Iterator[Record]:
        """Yield the records that begin in the fed lines; the last one may end beyond them."""
        while self._pending:
            record = self._next()
            if record is not None:
                yield record

    def first_filled(self, *, line: int, within: int) -> Record | None:
        """Return the first record with content from this physical line on.

        Return `None` if the first `within` bytes have none.

        An earlier record whose quote closes wrongly some lines later is returned instead, because
        no line after it is certain.
        """
        while self._fed_size < within and (data := self._source.line()):
            self.feed(data)
            for record in self.fed():
                is_header = record.line >= line and has_content(record.cells or [record.text])
                if self._pending or is_header:
                    return record
        return None

    def at_line(self, line: int, *, within: int) -> Record | None:
        """Return the record that begins in this physical line, without splitting those before it.

        Return `None` at the end, and if `within` bytes are skipped since the beginning.
        """
        while self.line < line:
            if self._pending:
                self._pending.popleft()
                self.line += 1
            elif self._skipped_size < within and (block := self._source.block(_SKIPPED)):
                self._skipped_size += len(block)
                if (count := count_lines(block)) <= line - self.line:
                    self.line += count
                else:
                    self.feed(block)
            else:
                return None
        if not self._pending:
            self.feed(self._source.line())
        return next(self.fed(), None)

    def all(self, block_size: int) -> Iterator[Record]:
        """Yield every record from here to the end."""
        while block := self._source.block(block_size):
            self.feed(block)
            yield from self.fed()

    def _next(self) -> Record | None:
        """Return one record, or `None` for a row without content, such as a blank line.

        Raises `FileError` (unclosed_quote, line_too_long).
        """
        if '"' not in self._pending[0]:
            return self._next_unquoted()
        self._record_lines, self._record_size = [], 0
        cells: list[str] | None
        try:
            cells = self._splitter.split(self._lines())
        except UnclosedQuoteError:
            raise FileError("unclosed_quote", line=str(self.line)) from None
        except QuoteError:
            cells = None
            self._put_back()
        first, text = self.line, "".join(self._record_lines)
        self.line += len(self._record_lines)
        is_blank = cells is not None and not any(map(str.strip, cells))
        return None if is_blank else Record(first, cells, text)

    def _next_unquoted(self) -> Record | None:
        """Do the same for a line without quotes, faster; most lines have none."""
        text = self._pending.popleft()
        if len(text) * 4 > MAX_LINE and self._size(text) > MAX_LINE:
            raise self._line_too_long()
        line, self.line = self.line, self.line + 1
        if not text.strip(self._blank):
            return None
        return Record(line, text.rstrip("\r\n").split(self._delimiter), text)

    def _lines(self) -> Iterator[str]:
        while True:
            if not self._pending:
                self.feed(self._source.line())
            line = next(islice(self._pending, 1), None)
            if line is None:
                return
            self._record_size += self._size(line)
            if self._record_size > MAX_LINE:
                raise self._record_too_long() if self._record_lines else self._line_too_long()
            self._record_lines.append(self._pending.popleft())
            yield line

    def _size(self, line: str) -> int:
        """Return the size in bytes, as the source counts it."""
        return len(line) if line.isascii() else len(line.encode("utf-8", self._errors))

    def _put_back(self) -> None:
        """Put back all lines of the record but the first. Raises `FileError` (unclosed_quote).

        Without a limit, a small file could keep the reader busy for hours: each of its quotes would
        close wrongly a megabyte later.
        """
        self._pending.extendleft(reversed(self._record_lines[1:]))
        self._reread_size += self._record_size - self._size(self._record_lines[0])
        del self._record_lines[1:]
        if self._reread_size > _FREE_TO_REREAD + _REREADS * self._fed_size:
            raise FileError("unclosed_quote", "too_many_quotes", line=str(self.line))

    def _record_too_long(self) -> FileError:
        return FileError("unclosed_quote", "quote_too_long", line=str(self.line), limit=MAX_LINE)

    def _line_too_long(self) -> FileError:
        return FileError("line_too_long", line=str(self.line), limit=MAX_LINE)
