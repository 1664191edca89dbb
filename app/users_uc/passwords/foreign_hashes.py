"""Which password hashes may come from elsewhere. Knows no Django, for column-wise checks.

They are written as Django does, of the algorithms in PASSWORD_HASHERS. Each login with such a hash
costs what the hash says until it is upgraded, so that without ceilings one imported row would be
a way to stop the service.
"""

from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 128
"""Characters of the column that they come to."""

_FOUR, _REST = "(?:[A-Za-z0-9+/]{4})", "[A-Za-z0-9+/]{2,3}"
# base64 without its padding, which no bytes have of a length of 4n + 1: 11 to 64, and 22 to 86.
_SALT = f"(?:{_FOUR}{{2}}[A-Za-z0-9+/]{{3}}|{_FOUR}{{3,15}}(?:{_REST})?|{_FOUR}{{16}})"
_HASH = f"(?:{_FOUR}{{5}}{_REST}|{_FOUR}{{6,20}}(?:{_REST})?|{_FOUR}{{21}}(?:[A-Za-z0-9+/]{{2}})?)"
ARGON2ID_COSTS: Final = (
    r"^argon2\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,3}),p=([1-9][0-9]{0,2})\$"
)
"""Groups: memory in KiB, passes, lanes."""
ARGON2ID: Final = rf"{ARGON2ID_COSTS}{_SALT}\${_HASH}$"
"""The whole; to have groups extracted by it takes four times as long."""

PBKDF2: Final = r"^pbkdf2_sha256\$([1-9][0-9]{0,7})\$[^$]{1,64}\$[A-Za-z0-9+/]{43}=$"
"""Group: iterations."""


@dataclass(frozen=True)
class Ceilings:
    """What a hash may cost. Django's own defaults are below: 100 MiB, 2 passes; 1,000,000."""

    memory_kib: int = 128 * 1024
    memory_kib_passes: int = 256 * 1024
    lanes: int = 8
    iterations: int = 2_000_000


CEILINGS: Final = Ceilings()
