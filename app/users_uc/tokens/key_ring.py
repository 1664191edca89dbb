"""Tokens signed with one key and checked with that or an earlier one, while keys are changed."""

from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from rest_framework_simplejwt import state, tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError


class KeyRing(TokenBackend):
    """`earlier`: those that signed before, newest first."""

    def __init__(self, newest: TokenBackend, earlier: list[str]) -> None:
        """All but the key is as with `newest`."""
        audience, issuer = newest.audience, newest.issuer
        super().__init__(newest.algorithm, newest.signing_key, audience=audience, issuer=issuer)
        self._earlier = [
            TokenBackend(newest.algorithm, key, audience=audience, issuer=issuer) for key in earlier
        ]

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """The claims. TokenBackendError where no key fits, or the claims do not count."""
        try:
            return super().decode(token, verify)
        except TokenBackendError:
            for backend in self._earlier:
                with suppress(TokenBackendError):
                    return backend.decode(token, verify)
            raise


_KEYS: Final = KeyRing(state.token_backend, settings.JWT_PREVIOUS_SECRET_KEYS)


class AccessToken(tokens.AccessToken):
    """For requests."""

    _token_backend = _KEYS


class RefreshToken(tokens.RefreshToken):
    """For a new pair."""

    _token_backend = _KEYS
