"""Limits of stored texts, shared by the API and imports."""

import re

CONTROL_CHARACTERS = r"\x00-\x08\x0e-\x1f\x7f"
"""C0 and DEL, except white space (tab, line feed, vertical tab, form feed, carriage return)."""

_CONTROL = re.compile(f"[{CONTROL_CHARACTERS}]")

NAME_MAX_LENGTH = 150
PHONE_MAX_LENGTH = 32
PASSWORD_MAX_LENGTH = 128
EXTERNAL_ID_MAX_LENGTH = 255


def has_control_character(value: str) -> bool:
    """Return whether the text contains a control character other than white space."""
    return _CONTROL.search(value) is not None
