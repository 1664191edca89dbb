"""Digests of other systems inside a hash of this service."""

from typing import Final

from django.contrib.auth.hashers import make_password

from users_uc.passwords.notations import BARE

WRAPPED: Final = "wrapped$"
"""Stands before the kind of a digest, its salt and the hash of the digest."""


def wrap(bare: str) -> str:
    """Return a digest (see notations.BARE) as it is stored."""
    kind, salt, digest = bare.removeprefix(BARE).split("$")
    return f"{WRAPPED}{kind}${salt}${make_password(digest)}"
