"""Which characters a stored text may have: one rule for the API and for imports."""

import re

CONTROL_CHARACTERS = r"\x00-\x08\x0e-\x1f\x7f"
"""C0 and DEL without the white space (tab, line feed, vertical tab, form feed, return)."""

_CONTROL = re.compile(f"[{CONTROL_CHARACTERS}]")

NAME_MAX_LENGTH = 150
PHONE_MAX_LENGTH = 32
PASSWORD_MAX_LENGTH = 128


def has_control_character(value: str) -> bool:
    """Whether a character stands in it that no person's name or phone has."""
    return _CONTROL.search(value) is not None
