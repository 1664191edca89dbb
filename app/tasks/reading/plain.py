"""The test whether a block may have text that is tidied before it is checked."""

from typing import Final

INVISIBLE: Final = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Soft hyphen, zero-width characters and direction marks."""

_WESTERN: Final = bytes([*range(0xC0), *range(0xC2, 0xCC)])
"""The bytes of U+0000 to U+02FF in UTF-8. No sequence of these characters has another NFC."""
_NOT_TIDY: Final = (b'="', b"\xc2\xad", b"\xc2\xa0")


def is_plain(block: bytes) -> bool:
    """Return whether no cell of the block needs tidying, see checking/tidying.py.

    A block with characters from U+0300 on may have such cells.
    """
    if any(piece in block for piece in _NOT_TIDY):
        return False
    return block.isascii() or not block.translate(None, _WESTERN)
