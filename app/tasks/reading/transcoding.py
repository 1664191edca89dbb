"""A file's text as the UTF-8 that is tokenised, and back. Knows no Django.

A byte that the encoding does not have is the lone surrogate U+DC00 + byte in a record's text. In
the stream before it is the same, or the byte itself, neither of which UTF-8 may have: nothing is
lost, and nothing is guessed.
"""

import codecs
import re
import unicodedata
from typing import BinaryIO, Final, Protocol, cast

from tasks.reading.decoding import ONE_BYTE, UTF8

_UNDECODABLE: Final = re.compile("([\udc00-\udcff]+)")
_AS_SURROGATES: Final = "tasks.as_surrogates"


def _as_surrogates(error: UnicodeError) -> tuple[str, int]:
    lost = cast("UnicodeDecodeError", error)
    raw = lost.object[lost.start : lost.end]
    return "".join(chr(0xDC00 + byte) for byte in raw), lost.end


codecs.register_error(_AS_SURROGATES, _as_surrogates)


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool) -> str: ...


class _TableDecoder:
    """For one byte a character: a bad one costs no more than a good one."""

    def __init__(self, encoding: str) -> None:
        characters = (bytes([byte]).decode(encoding, _AS_SURROGATES) for byte in range(256))
        self._table = "".join(characters)

    def decode(self, data: bytes, final: bool) -> str:
        return codecs.charmap_decode(data, "strict", self._table)[0]


class _Transcoded:
    """The stream of another encoding, read as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder: _Decoder = (
            _TableDecoder(encoding)
            if encoding in ONE_BYTE
            else codecs.getincrementaldecoder(encoding)(_AS_SURROGATES)
        )

    def read(self, size: int) -> bytes:
        """What about `size` bytes of the file become; empty at its end only."""
        while True:
            data = self._stream.read(size)
            text = self._decoder.decode(data, not data)
            if text or not data:
                return text.encode("utf-8", "surrogatepass")


def as_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """The text from where the stream stands, to be read with `read(size)` only."""
    return stream if encoding in UTF8 else cast("BinaryIO", _Transcoded(stream, encoding))


def line_errors(encoding: str) -> str:
    """The error handler for decoding a line of `as_utf8`."""
    return "surrogateescape" if encoding in UTF8 else "surrogatepass"


def encoded(text: str, encoding: str) -> bytes:
    """A record's text as it stands in the file."""
    if encoding in UTF8:
        return text.encode("utf-8", "surrogateescape")
    pieces = _UNDECODABLE.split(text)
    return b"".join(
        _lost_bytes(piece) if number % 2 else piece.encode(encoding)
        for number, piece in enumerate(pieces)
    )


def writable(text: str, encoding: str) -> str:
    """A text of ours as a file in this encoding can have it: where need be, without accents."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return text


def is_decodable(text: str) -> bool:
    """Whether the encoding has all of the record's bytes."""
    return text.isascii() or _UNDECODABLE.search(text) is None


def shown(text: str) -> str:
    r"""A record's text as it can be stored and shown: bytes that are no text as \xNN."""
    if text.isascii():
        return text
    return _UNDECODABLE.sub(
        lambda lost: "".join(rf"\x{byte:02x}" for byte in _lost_bytes(lost[0])), text
    )


def _lost_bytes(surrogates: str) -> bytes:
    return bytes(ord(character) - 0xDC00 for character in surrogates)
