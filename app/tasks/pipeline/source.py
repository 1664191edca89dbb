"""Physical lines of a byte stream, by the block for speed or one by one for exactness."""

from typing import BinaryIO, Final

from tasks.pipeline.codes import FileError

MAX_LINE: Final = 1024 * 1024
"""Bytes of the longest line, and of the longest record with quoted line ends."""


class LineSource:
    """Reads `stream` once, from where it stands, always up to the end of a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._rest = b""

    def block(self, size: int) -> bytes:
        """About `size` bytes of whole lines; empty at the end. FileError: line_too_long."""
        data = self._rest + self._stream.read(size)
        end = data.rfind(b"\n") + 1
        while end == 0 and (more := self._stream.read(MAX_LINE)):
            if len(data) > MAX_LINE:
                raise FileError("line_too_long", f"A line is longer than {MAX_LINE:,} bytes.")
            data += more
            end = data.rfind(b"\n") + 1
        if end == 0:  # the last line has no line end
            end = len(data)
        self._rest = data[end:]
        return data[:end]

    def line(self) -> bytes:
        """The next line; empty at the end. FileError: line_too_long."""
        end = self._rest.find(b"\n") + 1
        if end == 0:
            self._rest = self.block(MAX_LINE) + self._rest
            end = self._rest.find(b"\n") + 1 or len(self._rest)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line
