"""Limits of stored texts, shared by the API and imports."""

import re

CONTROL_CHARACTERS = r"\x00-\x08\x0e-\x1f\x7f"
"""C0 and DEL, except white space (tab, line feed, vertical tab, form feed, carriage return)."""

_WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Unicode's White_Space. Python's strip() also removes the control characters U+001C to U+001F."""

_CONTROL = re.compile(f"[{CONTROL_CHARACTERS}]")

NAME_MAX_LENGTH = 150
PHONE_MAX_LENGTH = 32
PASSWORD_MAX_LENGTH = 128
EXTERNAL_ID_MAX_LENGTH = 255


def trimmed(value: str) -> str:
    """Return the text without white space at its ends."""
    return value.strip(_WHITE_SPACE)


def has_control_character(value: str) -> bool:
    """Return whether the text contains a control character other than white space."""
    return _CONTROL.search(value) is not None
