"""Patterns and cost limits of password hashes from other systems.

This module does not import Django, for checks of whole columns. A hash sets the cost of a login
until the hash is renewed, so that without limits one imported row could stop the service.
"""

from dataclasses import dataclass, field
from typing import Final

MAX_LENGTH: Final = 255
"""The length of the password column, in characters."""
CELL_MAX_LENGTH: Final = 1024
"""Characters of a cell that are read. Keycloak's JSON is the longest notation."""

_FOUR, _REST = "(?:[A-Za-z0-9+/]{4})", "[A-Za-z0-9+/]{2,3}"
# base64 without padding, whose length is never 4n + 1. A salt has 11 to 64, a hash 22 to 86.
_SALT = f"(?:{_FOUR}{{2}}[A-Za-z0-9+/]{{3}}|{_FOUR}{{3,15}}(?:{_REST})?|{_FOUR}{{16}})"
_HASH = f"(?:{_FOUR}{{5}}{_REST}|{_FOUR}{{6,20}}(?:{_REST})?|{_FOUR}{{21}}(?:[A-Za-z0-9+/]{{2}})?)"


def _argon2_costs(variety: str) -> str:
    costs = "m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,3}),p=([1-9][0-9]{0,2})"
    return rf"^argon2\$argon2{variety}\$v=19\${costs}\$"


ARGON2ID_COSTS: Final = _argon2_costs("id")
"""The groups are the memory in KiB, the passes and the lanes."""
ARGON2ID: Final = rf"{ARGON2ID_COSTS}{_SALT}\${_HASH}$"
"""The whole hash. Extracting groups with this pattern would take four times as long."""
ARGON2: Final = rf"{_argon2_costs('(?:id|i|d)')}{_SALT}\${_HASH}$"
"""The same for every variety of Argon2."""

PBKDF2: Final = r"^pbkdf2_sha256\$([1-9][0-9]{0,7})\$[^$]{1,64}\$[A-Za-z0-9+/]{43}=$"
"""The group is the number of iterations."""


@dataclass(frozen=True)
class CostLimits:
    """The highest cost of a hash. A check takes at most 250 ms, and 0.5 s for bcrypt.

    The memory of Argon2, scrypt and `iterations` of SHA-256 are the defaults of Django 5.2. The
    product of memory and passes is PHP's default for Argon2 (64 MiB, 4 passes). Each pass of
    an Argon2 hash with several lanes starts four threads for each lane, so that many passes over
    little memory take seconds.
    """

    memory_kib: int = 100 * 1024
    memory_kib_passes: int = 256 * 1024
    passes: int = 16
    lanes: int = 8
    iterations: int = 1_000_000
    iterations_by_digest: dict[str, int] = field(
        default_factory=lambda: {"sha1": 1_300_000, "sha256": 1_000_000, "sha512": 500_000}
    )
    bcrypt: int = 13
    """The binary logarithm of the rounds."""
    scrypt_blocks: int = 2**14 * 8 * 5
    """N * r * p: the blocks of 128 bytes that scrypt mixes."""
    phpass: int = 15
    """The binary logarithm of the rounds of MD5, in Python."""
    sha_crypt: int = 20_000
    """The rounds of SHA-2, in Python."""


COST_LIMITS: Final = CostLimits()
