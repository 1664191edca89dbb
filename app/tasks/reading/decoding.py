"""Which encoding a file has. Knows no Django."""

import codecs
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
ONE_BYTE: Final = (
    *("us-ascii", "koi8-r", "koi8-u", "kz1048", "tis-620", "cp737", "cp874", "macintosh"),
    *("mac-cyrillic", "mac-greek", "mac-iceland", "mac-latin2", "mac-turkish"),
    *(f"windows-{page}" for page in range(1250, 1259)),
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
    *(f"ibm{page}" for page in (437, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865)),
    *("ibm866", "ibm869"),
)
"""What can be asked for, by the bytes of a character. ASCII's characters are its own in each, and
what was decoded can be encoded again: that leaves out EBCDIC and encodings with a state."""

_MARKS: Final = (  # UTF-32's first: one of them begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig", ("utf-8",)),
    (codecs.BOM_UTF32_LE, "utf-32-le", ("utf-32", "utf-32-le")),
    (codecs.BOM_UTF32_BE, "utf-32-be", ("utf-32", "utf-32-be")),
    (codecs.BOM_UTF16_LE, "utf-16-le", ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, "utf-16-be", ("utf-16", "utf-16-be")),
)
"""A byte order mark, the encoding it means, and what may be asked for beside it."""
_WITHOUT_MARK: Final = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def _codec(name: str) -> str:
    normal = normalize_encoding(name).lower()
    return aliases.get(normal, normal)


_CANONICAL: Final = {_codec(name): name for name in (*SEVERAL_BYTES, *ONE_BYTE)} | {
    _codec("utf-8-sig"): "utf-8"
}


def canonical(name: str) -> str | None:
    """The one spelling of an encoding that can be asked for; None for any other."""
    is_plain = name.isascii() and name.isprintable()
    return _CANONICAL.get(_codec(name.strip())) if is_plain else None


def has_mark(head: bytes) -> bool:
    """Whether the file that begins with `head` says its encoding."""
    return any(head.startswith(mark) for mark, *_ in _MARKS)


def detect(head: bytes, *, is_utf8: bool, asked: str | None = None) -> str:
    """The encoding of a file that begins with `head`; `is_utf8` tells of the whole file.

    `asked` is the option, spelled by `canonical`. FileError: undecodable.
    """
    for mark, encoding, may_be_asked in _MARKS:
        if head.startswith(mark):
            if asked not in (None, *may_be_asked):
                raise FileError(
                    "undecodable",
                    "byte_order_mark_differs",
                    asked=str(asked),
                    encoding=encoding,
                )
            return encoding
    if asked is not None:
        return _WITHOUT_MARK.get(asked, asked)
    return "utf-8" if is_utf8 else "windows-1252"


class Utf8Check:
    """Whether bytes that come in pieces are UTF-8 all together."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._valid = True

    def feed(self, piece: bytes) -> None:
        """The next ones."""
        inside_character = bool(self._decoder.getstate()[0])
        if self._valid and (inside_character or not piece.isascii()):
            self._decode(piece)

    def ended(self) -> bool:
        """The answer."""
        self._decode(b"", final=True)
        return self._valid

    def _decode(self, piece: bytes, *, final: bool = False) -> None:
        try:
            self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            self._valid = False
            self._decoder.reset()
