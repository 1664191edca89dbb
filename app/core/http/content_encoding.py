"""The header `Content-Encoding` of a request (RFC 9110, section 8.4)."""

from typing import IO, Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

GZIP: Final = frozenset({"gzip", "x-gzip"})
_MAGIC: Final = b"\x1f\x8b"


def codings(request: Request) -> frozenset[str]:
    """Return the codings of the body, in lower case. `identity` is none."""
    names = request.headers.get("Content-Encoding", "").lower().split(",")
    return frozenset(name.strip() for name in names) - {"", "identity"}


class GzipStream:
    """A stream that must begin as gzip does."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._is_checked = False

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes. Raises `ParseError` if the stream is not gzip."""
        data = self._stream.read(size)
        if not self._is_checked and not data.startswith(_MAGIC):
            message = _(
                "The body is not gzip, although Content-Encoding says so. Compress it, or leave "
                "the header out."
            )
            raise ParseError(message)
        self._is_checked = True
        return data
