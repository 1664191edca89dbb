"""Physical lines of a byte stream, by the block for speed or one by one for exactness.

A line ends with LF, CR LF or a lone CR, in any mixture; with nothing else.
"""

import re
from typing import BinaryIO, Final

from tasks.codes import FileError

MAX_LINE: Final = 1024 * 1024
"""Bytes of the longest line, and of the longest record with quoted line ends."""

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")


class LineSource:
    """Reads `stream` once, from where it stands, always up to the end of a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read = b""
        self._at = 0

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, or all there are."""
        data = self._left()
        while len(data) < size and (more := self._stream.read(size)):
            data += more
        self._read, self._at = data, 0
        return data[:size]

    def skip(self, size: int) -> None:
        """Leave out so many bytes of those that `peek` gave."""
        self._at += size

    def block(self, size: int) -> bytes:
        """About `size` bytes of whole lines; empty at the end. FileError: line_too_long."""
        data = self._left()
        if len(data) < size:
            data += self._stream.read(size)
        end = _end_of_lines(data, size) or _end_of_lines(data, len(data))
        while end == 0 and (more := self._stream.read(MAX_LINE)):
            if len(data) > MAX_LINE:
                raise FileError("line_too_long", "some_line_too_long", limit=MAX_LINE)
            data += more
            end = _end_of_lines(data, len(data))
        end = end or len(data)  # the last line has no line end, or only a CR
        self._read, self._at = data, end
        return data[:end]

    def unread(self, block: bytes) -> None:
        """Take back what `block` has just given."""
        self._at -= len(block)

    def line(self) -> bytes:
        """The next line; empty at the end. FileError: line_too_long."""
        found = _LINE_END.search(self._read, self._at)
        if found is None:
            self._read, self._at = self.block(MAX_LINE) + self._left(), 0
            found = _LINE_END.search(self._read)
        start, self._at = self._at, found.end() if found else len(self._read)
        return self._read[start : self._at]

    def _left(self) -> bytes:
        return self._read[self._at :]


def _end_of_lines(data: bytes, stop: int) -> int:
    """Where the last whole line before `stop` ends; 0 where none does.

    A CR as the last byte may be the first half of a CR LF.
    """
    after_feed = data.rfind(b"\n", 0, stop) + 1
    return max(after_feed, data.rfind(b"\r", after_feed, stop - 1) + 1)
