"""The detection of a file's encoding."""

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases
from typing import Final

from tasks.codes import FileError

UTF8: Final = ("utf-8", "utf-8-sig")
SEVERAL_BYTES: Final = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *("gb18030", "gbk", "gb2312", "big5", "big5-hkscs", "shift_jis", "cp932", "euc-jp"),
    *("euc-kr", "cp949"),
)
UNICODE: Final = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
)
ONE_BYTE: Final = (
    *("us-ascii", "koi8-r", "koi8-u", "kz1048", "tis-620", "cp737", "cp874", "macintosh"),
    *("mac-cyrillic", "mac-greek", "mac-iceland", "mac-latin2", "mac-turkish"),
    *(f"windows-{page}" for page in range(1250, 1259)),
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
    *(f"ibm{page}" for page in (437, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865)),
    *("ibm866", "ibm869"),
)
"""The accepted encodings, by the bytes of a character. Each one has the ASCII characters, and
encoding a decoded text gives the same bytes. EBCDIC and encodings with a state do not qualify."""

# UTF-32 comes first: its little-endian byte order mark begins with that of UTF-16.
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", ("utf-8",)),
    (codecs.BOM_UTF32_LE, "utf-32-le", ("utf-32", "utf-32-le")),
    (codecs.BOM_UTF32_BE, "utf-32-be", ("utf-32", "utf-32-be")),
    (codecs.BOM_UTF16_LE, "utf-16-le", ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, "utf-16-be", ("utf-16", "utf-16-be")),
)
"""Byte order marks, the encoding that each means, and the values of the option that agree."""
_WITHOUT_BOM: Final = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def _codec(name: str) -> str:
    normal = normalize_encoding(name).lower()
    return aliases.get(normal, normal)


_CANONICAL: Final = {_codec(name): name for name in (*SEVERAL_BYTES, *ONE_BYTE)} | {
    _codec("utf-8-sig"): "utf-8"
}


def canonical(name: str) -> str | None:
    """Return the canonical name of an accepted encoding, or `None` for any other name."""
    is_plain = name.isascii() and name.isprintable()
    return _CANONICAL.get(_codec(name.strip())) if is_plain else None


def detect(head: bytes, *, is_utf8: bool, requested: str | None = None) -> str | None:
    """Return the encoding of a file that begins with `head`, or `None` if it must be guessed.

    `is_utf8` says whether the whole file is valid UTF-8. `requested` is the option `encoding`,
    spelled as `canonical` returns it. Raises `FileError` (undecodable) if the byte order mark
    contradicts the option.
    """
    for bom, encoding, agreeing in _BOMS:
        if head.startswith(bom):
            if requested not in (None, *agreeing):
                raise FileError(
                    "undecodable",
                    "byte_order_mark_differs",
                    asked=str(requested),
                    encoding=encoding,
                )
            return encoding
    if requested is not None:
        return _WITHOUT_BOM.get(requested, requested)
    return _wide(head) or ("utf-8" if is_utf8 else None)


def _wide(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32 if the file has its pattern of NULs and its line endings."""
    if 0 not in head:
        return None
    for encoding in ("utf-32-le", "utf-32-be"):
        if _is_text(head[: len(head) // 4 * 4], encoding):
            return encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= max(len(head) // 10, 4 * min(even, odd)):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    # In a file of single bytes NULs are data: they stand neither in headers nor at line endings.
    header, *below = re.split("[\r\n]", head.decode(encoding, "replace"), maxsplit=1)
    has_lines = below or not re.search(rb"[\r\n]", head)
    return encoding if has_lines and re.search("[\x01-\x7f]", header) else None


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        return bool(data) and "\0" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


class Utf8Check:
    """A check of bytes that arrive in pieces: together, they are valid UTF-8 or not."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_valid_so_far = True

    def feed(self, piece: bytes) -> None:
        inside_character = bool(self._decoder.getstate()[0])
        if self.is_valid_so_far and (inside_character or not piece.isascii()):
            self._decode(piece)

    def finish(self) -> bool:
        """Return whether all bytes together are valid UTF-8."""
        self._decode(b"", final=True)
        return self.is_valid_so_far

    def _decode(self, piece: bytes, *, final: bool = False) -> None:
        try:
            self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            self.is_valid_so_far = False
            self._decoder.reset()
