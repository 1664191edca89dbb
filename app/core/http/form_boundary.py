"""The boundary of a form, which is one only as a line of its own (RFC 2046, section 5.1.1).

Django ends a part at the text of the boundary anywhere in a line. So the boundary is replaced with
a random one before Django reads the form.
"""

import re
import secrets
from typing import IO, Final

from django.http.multipartparser import MultiPartParser
from django.utils.http import parse_header_parameters

_PADDING: Final = 64
"""Blanks that may stand behind a boundary."""


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that Django reads from the header, or `None` if Django refuses it."""
    if not content_type.isascii():
        return None
    boundary = parse_header_parameters(content_type)[1].get("boundary")
    valid = boundary and MultiPartParser.boundary_re.fullmatch(boundary)
    return boundary.encode() if boundary and valid else None


class RenamedBoundary:
    """The stream of a form, in which `content_type` names another boundary.

    The stream begins with a line ending. The bytes behind the last boundary stay the same.
    """

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        name = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={name}"
        self._stream = stream
        self._renamed = b"\r\n--" + name.encode()
        self._start = b"\r\n--" + boundary
        blanks = rb"[ \t]{0,%d}" % _PADDING
        self._behind = re.compile(rb"(?:%b(?=\r\n)|(--)%b(?=\r\n|\Z))" % (blanks, blanks))
        self._margin = len(self._start) + _PADDING + len(b"--\r\n")
        self._held = b"\r\n"
        self._is_over = False

    def read(self, size: int) -> bytes:
        """Return about `size` bytes; empty only at the end."""
        while data := self._stream.read(size):
            self._held += data
            if piece := self._take(len(self._held) - self._margin):
                return piece
        return self._take(len(self._held))

    def _take(self, end: int) -> bytes:
        """Take the bytes up to `end` and the boundaries that begin in them."""
        held, start, pieces = self._held, 0, list[bytes]()
        while not self._is_over and 0 <= (at := held.find(self._start, start)) < end:
            name_end = at + len(self._start)
            match = self._behind.match(held, name_end)
            self._is_over = match is not None and match[1] is not None
            pieces += [held[start:at], self._renamed if match else self._start]
            if self._is_over:
                pieces.append(b"--")
            start = match.end() if match else name_end
        stop = max(start, end)
        self._held = held[stop:]
        return b"".join([*pieces, held[start:stop]])
