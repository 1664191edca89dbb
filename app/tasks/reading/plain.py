"""The test whether a block may have text that is tidied before it is checked."""

from typing import Final

INVISIBLE: Final = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Soft hyphen, zero-width characters and direction marks."""

BETWEEN_VALUES: Final = " ::: "
"""What Google Contacts writes between several values in one cell."""
_LATIN: Final = bytes([*range(0xC0), *range(0xC2, 0xCC)])
"""The bytes of U+0000 to U+02FF in UTF-8. No sequence of these characters has another NFC."""
_WESTERN: Final = ("us-ascii", "windows-1252", "iso-8859-1", "iso-8859-15")
"""Encodings without combining characters, and without invisible ones but for the soft hyphen."""


def is_plain(block: bytes, encoding: str) -> bool:
    """Return whether no cell of the block needs tidying, see checking/tidying.py.

    `encoding` is that of the file; the block is in UTF-8. Single bytes are found much faster than
    pairs, so they are searched first.
    """
    if b"=" in block and b'="' in block:
        return False
    if b":" in block and BETWEEN_VALUES.encode() in block:
        return False
    if block.isascii():
        return True
    if b"\xc2" in block and (b"\xc2\xa0" in block or b"\xc2\xad" in block):
        return False
    return encoding in _WESTERN or not block.translate(None, _LATIN)
