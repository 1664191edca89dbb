"""Conversion of a file's text to the UTF-8 that is read, and back.

A byte that the encoding does not have is the lone surrogate U+DC00 + byte in a record's text. In
the UTF-8 stream it is the encoded surrogate or the byte itself. Valid UTF-8 has neither, so no byte
is lost or confused with a character.
"""

import codecs
import re
import unicodedata
from typing import BinaryIO, Final, Protocol, cast

from tasks.reading.decoding import ONE_BYTE, UTF8

_UNDECODABLE: Final = re.compile("([\udc00-\udcff]+)")
_AS_SURROGATES: Final = "tasks.as_surrogates"


def _as_surrogates(error: UnicodeError) -> tuple[str, int]:
    undecodable = cast("UnicodeDecodeError", error)
    raw = undecodable.object[undecodable.start : undecodable.end]
    return "".join(chr(0xDC00 + byte) for byte in raw), undecodable.end


codecs.register_error(_AS_SURROGATES, _as_surrogates)


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool) -> str: ...


class _TableDecoder:
    """A decoder of single-byte encodings, as fast for undecodable bytes as for all others."""

    def __init__(self, encoding: str) -> None:
        characters = (bytes([byte]).decode(encoding, _AS_SURROGATES) for byte in range(256))
        self._table = "".join(characters)

    def decode(self, data: bytes, final: bool) -> str:
        return codecs.charmap_decode(data, "strict", self._table)[0]


class _Utf8Stream:
    """A stream in another encoding, read as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder: _Decoder = (
            _TableDecoder(encoding)
            if encoding in ONE_BYTE
            else codecs.getincrementaldecoder(encoding)(_AS_SURROGATES)
        )

    def read(self, size: int) -> bytes:
        """Return about `size` bytes of the file, converted; empty only at the end."""
        while True:
            data = self._stream.read(size)
            text = self._decoder.decode(data, not data)
            if text or not data:
                return text.encode("utf-8", "surrogatepass")


def as_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """Return the rest of the stream as UTF-8; only its method `read(size)` may be called."""
    return stream if encoding in UTF8 else cast("BinaryIO", _Utf8Stream(stream, encoding))


def line_errors(encoding: str) -> str:
    """Return the name of the error handler that decodes a line of `as_utf8`."""
    return "surrogateescape" if encoding in UTF8 else "surrogatepass"


def encoded(text: str, encoding: str) -> bytes:
    """Return a record's text as the bytes that stand in the file."""
    if encoding in UTF8:
        return text.encode("utf-8", "surrogateescape")
    pieces = _UNDECODABLE.split(text)
    return b"".join(
        _undecodable_bytes(piece) if number % 2 else piece.encode(encoding)
        for number, piece in enumerate(pieces)
    )


def writable(text: str, encoding: str) -> str:
    """Return a text of the service in a form that the encoding has: without accents if needed."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return text


def is_decodable(text: str) -> bool:
    """Return whether the encoding has all bytes of the record's text."""
    return text.isascii() or _UNDECODABLE.search(text) is None


def printable(text: str) -> str:
    r"""Return a record's text in a form that can be stored and shown: undecodable bytes as \xNN."""
    if text.isascii():
        return text
    return _UNDECODABLE.sub(
        lambda match: "".join(rf"\x{byte:02x}" for byte in _undecodable_bytes(match[0])), text
    )


def _undecodable_bytes(surrogates: str) -> bytes:
    return bytes(ord(character) - 0xDC00 for character in surrogates)
