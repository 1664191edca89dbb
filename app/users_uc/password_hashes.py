"""Which password hashes may come from elsewhere. Knows no Django, for column-wise checks.

They are written as Django does, of the algorithms in PASSWORD_HASHERS. Each login with such a hash
costs what the hash says until it is upgraded, so that without ceilings one imported row would be
a way to stop the service.
"""

from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 128
"""Characters of the column that they come to."""

ARGON2ID: Final = (
    r"^argon2\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,3}),p=([1-9][0-9]{0,2})"
    r"\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,86}$"
)
"""Groups: memory in KiB, passes, lanes."""

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
