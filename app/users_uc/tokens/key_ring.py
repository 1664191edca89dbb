"""Tokens that are signed with the newest key, and verified with it or an earlier one."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from rest_framework_simplejwt import state, tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

_START_LEEWAY: Final = timedelta(seconds=30)
"""How far in the future `iat` and `nbf` may be. The clocks of two web servers may differ."""
_EXPIRY_LEEWAY: Final = timedelta(seconds=5)
"""How far in the past `exp` may be."""


class KeyRing(TokenBackend):
    """A token backend that also verifies tokens which one of the `earlier` keys has signed.

    `decode` has one leeway for all claims. `Token.verify` then checks `exp` with the leeway of this
    backend, which is shorter.
    """

    def __init__(self, newest: TokenBackend, earlier: list[str]) -> None:
        kind, audience, issuer = newest.algorithm, newest.audience, newest.issuer
        super().__init__(
            kind, newest.signing_key, audience=audience, issuer=issuer, leeway=_EXPIRY_LEEWAY
        )
        self._newest, *self._earlier = [
            TokenBackend(kind, key, audience=audience, issuer=issuer, leeway=_START_LEEWAY)
            for key in (newest.signing_key, *earlier)
        ]

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Return the claims. Raises `TokenBackendError` if no key fits or a claim is invalid."""
        try:
            return self._newest.decode(token, verify)
        except TokenBackendError:
            for backend in self._earlier:
                with suppress(TokenBackendError):
                    return backend.decode(token, verify)
            raise


_KEYS: Final = KeyRing(state.token_backend, settings.JWT_PREVIOUS_SECRET_KEYS)


class AccessToken(tokens.AccessToken):
    """A token for requests."""

    _token_backend = _KEYS


class RefreshToken(tokens.RefreshToken):
    """A token to exchange for a new pair."""

    _token_backend = _KEYS
