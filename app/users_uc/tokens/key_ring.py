"""Tokens that are signed with the newest key, and verified with it or an earlier one."""

from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from rest_framework_simplejwt import state, tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError


class KeyRing(TokenBackend):
    """A token backend that also verifies tokens which one of the `earlier` keys has signed."""

    def __init__(self, newest: TokenBackend, earlier: list[str]) -> None:
        audience, issuer = newest.audience, newest.issuer
        super().__init__(newest.algorithm, newest.signing_key, audience=audience, issuer=issuer)
        self._earlier = [
            TokenBackend(newest.algorithm, key, audience=audience, issuer=issuer) for key in earlier
        ]

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Return the claims. Raises `TokenBackendError` if no key fits or a claim is invalid."""
        try:
            return super().decode(token, verify)
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
