"""The words of booleans in headers.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "app" / "tasks" / "reading" / "headers.toml"
TABLE: Mapping[str, Any] = tomllib.loads(_FILE.read_text("utf-8"))
_WORDS = TABLE["words"]


def says_yes(word: str) -> bool | None:
    """Return what a word of any boolean says, or `None` if it is no such word."""
    if word.lower() in _WORDS["yes"]:
        return True
    return False if word.lower() in _WORDS["no"] else None


def is_active(word: str) -> bool | None:
    """Return what a word of `is_active` says, or `None` if it is no such word."""
    said = says_yes(word)
    if said is not None:
        return said
    if word.lower() in {*_WORDS["active"], *_WORDS["inactive"]}:
        return word.lower() in _WORDS["active"]
    flags = _WORDS["user_account_control"]
    if not (word.isascii() and word.isdigit() and len(word) < 10 and word == str(int(word))):
        return None
    rest = int(word) & ~flags["disabled"] & ~sum(flags["others"])
    return not int(word) & flags["disabled"] if rest == flags["ordinary"] else None
