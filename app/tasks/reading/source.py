"""The physical lines of a byte stream, in blocks or one by one.

A line ends with LF, CR LF or a lone CR, in any mixture, and with nothing else.
"""

import re
from typing import BinaryIO, Final

from tasks.codes import FileError

MAX_LINE: Final = 1024 * 1024
"""Bytes of the longest line, and of the longest record with quoted line endings."""

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")


class LineSource:
    """A reader of `stream` from its present position, once; each read ends at the end of a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._position = 0

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, or all that are left, without moving on."""
        data = self._rest()
        while len(data) < size and (more := self._stream.read(size)):
            data += more
        self._buffer, self._position = data, 0
        return data[:size]

    def skip(self, size: int) -> None:
        """Skip the first `size` bytes that `peek` returned."""
        self._position += size

    def block(self, size: int) -> bytes:
        """Return about `size` bytes of whole lines; empty at the end.

        Raises `FileError` (line_too_long).
        """
        data = self._rest()
        if len(data) < size:
            data += self._stream.read(size)
        end = _end_of_lines(data, size) or _end_of_lines(data, len(data))
        while end == 0 and (more := self._stream.read(MAX_LINE)):
            if len(data) > MAX_LINE:
                raise FileError("line_too_long", "some_line_too_long", limit=MAX_LINE)
            data += more
            end = _end_of_lines(data, len(data))
        end = end or len(data)  # the last line has no line ending, or only a CR
        self._buffer, self._position = data, end
        return data[:end]

    def unread(self, block: bytes) -> None:
        """Take back the block that `block` has just returned."""
        self._position -= len(block)

    def line(self) -> bytes:
        """Return the next line; empty at the end. Raises `FileError` (line_too_long)."""
        match = _LINE_END.search(self._buffer, self._position)
        if match is None:
            self._buffer, self._position = self.block(MAX_LINE) + self._rest(), 0
            match = _LINE_END.search(self._buffer)
        start, self._position = self._position, match.end() if match else len(self._buffer)
        return self._buffer[start : self._position]

    def _rest(self) -> bytes:
        return self._buffer[self._position :]


def count_lines(block: bytes) -> int:
    """Return the number of lines of a block, whether or not the last one has a line ending."""
    ends = block.count(b"\n")
    if b"\r" in block:  # the search takes much less time than the counts
        ends += block.count(b"\r") - block.count(b"\r\n")
    return ends + (block[-1:] not in {b"", b"\n", b"\r"})


def whole_lines(data: bytes) -> bytes:
    """Return the data without its last line, which may be incomplete."""
    return data[: _end_of_lines(data, len(data))]


def _end_of_lines(data: bytes, stop: int) -> int:
    """Return the end of the last whole line before `stop`, or 0 if no line ends there.

    A CR as the last byte does not count, because it may be the first half of a CR LF.
    """
    stop = min(stop, len(data))
    after_feed = data.rfind(b"\n", 0, stop) + 1
    return max(after_feed, data.rfind(b"\r", after_feed, stop - 1) + 1)
