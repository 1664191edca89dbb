"""Patterns and cost limits of password hashes from other systems.

This module does not import Django, for checks of whole columns. The hashes have Django's format
and one of the algorithms in PASSWORD_HASHERS. A hash sets the cost of a login until the hash is
upgraded, so that without limits one imported row could stop the service.
"""

from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 128
"""The length of the password column, in characters."""

_FOUR, _REST = "(?:[A-Za-z0-9+/]{4})", "[A-Za-z0-9+/]{2,3}"
# base64 without padding, whose length is never 4n + 1. A salt has 11 to 64, a hash 22 to 86.
_SALT = f"(?:{_FOUR}{{2}}[A-Za-z0-9+/]{{3}}|{_FOUR}{{3,15}}(?:{_REST})?|{_FOUR}{{16}})"
_HASH = f"(?:{_FOUR}{{5}}{_REST}|{_FOUR}{{6,20}}(?:{_REST})?|{_FOUR}{{21}}(?:[A-Za-z0-9+/]{{2}})?)"
ARGON2ID_COSTS: Final = (
    r"^argon2\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,3}),p=([1-9][0-9]{0,2})\$"
)
"""The groups are the memory in KiB, the passes and the lanes."""
ARGON2ID: Final = rf"{ARGON2ID_COSTS}{_SALT}\${_HASH}$"
"""The whole hash. Extracting groups with this pattern would take four times as long."""

PBKDF2: Final = r"^pbkdf2_sha256\$([1-9][0-9]{0,7})\$[^$]{1,64}\$[A-Za-z0-9+/]{43}=$"
"""The group is the number of iterations."""


@dataclass(frozen=True)
class CostLimits:
    """The highest cost of a hash: the defaults of Django 5.2, which take at most 250 ms.

    Each pass of a hash with several lanes starts four threads for each lane, so that many passes
    over little memory take seconds.
    """

    memory_kib: int = 100 * 1024
    memory_kib_passes: int = 200 * 1024
    passes: int = 16
    lanes: int = 8
    iterations: int = 1_000_000


COST_LIMITS: Final = CostLimits()
