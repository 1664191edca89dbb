"""Tokens that are decoded, changed or unsigned."""

from typing import Any

import jwt
from django.conf import settings

SIGNING_KEY = str(settings.SIMPLE_JWT["SIGNING_KEY"])
OTHER_KEY = "another key that is long enough for HS256"


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token without verifying it."""
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
    """Return the token with changed claims, signed with `key`; `None` removes a claim."""
    merged = claims_of(token) | claims
    payload = {name: value for name, value in merged.items() if value is not None}
    return jwt.encode(payload, key, algorithm, headers)


def unsigned(token: str) -> str:
    """Return the token without a signature and with `alg` none."""
    return jwt.encode(claims_of(token), "", algorithm="none")
