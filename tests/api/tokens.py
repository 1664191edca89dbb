"""Tokens as a test wants them, signed or not."""

from typing import Any

import jwt
from django.conf import settings

SIGNING_KEY = str(settings.SIMPLE_JWT["SIGNING_KEY"])
OTHER_KEY = "another key that is long enough for HS256"


def claims_of(token: str) -> dict[str, Any]:
    """What a token says; nothing is verified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def changed(
    token: str,
    *,
    key: str = SIGNING_KEY,
    algorithm: str = "HS256",
    headers: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """The token with other claims (None: without it), signed with our key or another."""
    told = claims_of(token) | claims
    kept = {name: told[name] for name in told if told[name] is not None}
    return jwt.encode(kept, key, algorithm, headers)


def unsigned(token: str) -> str:
    """The token with `alg` none."""
    return jwt.encode(claims_of(token), None, algorithm="none")
