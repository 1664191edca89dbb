"""Tokens that are signed with the newest key, and verified with it or an earlier one."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

import jwt
from django.conf import settings
from rest_framework_simplejwt import state, tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from core.signing_keys import PublicKey

_START_LEEWAY: Final = timedelta(seconds=30)
"""How far in the future `iat` and `nbf` may be. The clocks of two web servers may differ."""
_EXPIRY_LEEWAY: Final = timedelta(seconds=5)
"""How far in the past `exp` may be."""


class KeyRing(TokenBackend):
    """A token backend with several keys, each for one algorithm.

    The header `kid` of a token names one of the `public` keys. The first of them belongs to the key
    of `newest`, unless that key is a secret. A token without `kid` is verified with the secrets:
    that of `newest` and the `earlier` ones. The algorithm is always that of the key. The header
    `alg` chooses nothing, and `jku`, `jwk`, `x5u` and `x5c` are never read.

    `decode` has one leeway for all claims. `Token.verify` then checks `exp` with the leeway of this
    backend, which is shorter.
    """

    def __init__(
        self, newest: TokenBackend, earlier: Sequence[str], public: Sequence[PublicKey] = ()
    ) -> None:
        audience, issuer = newest.audience, newest.issuer
        super().__init__(
            newest.algorithm, newest.signing_key, audience=audience, issuer=issuer,
            leeway=_EXPIRY_LEEWAY,
        )  # fmt: skip
        verifier = partial(TokenBackend, audience=audience, issuer=issuer, leeway=_START_LEEWAY)
        own = [newest.signing_key] if newest.algorithm == "HS256" else []
        self._headers = None if own else {"kid": public[0].kid}
        self._backends: dict[str | None, list[TokenBackend]] = {
            None: [verifier("HS256", secret) for secret in (*own, *earlier)],
            **{key.kid: [verifier(key.algorithm, verifying_key=key.pem)] for key in public},
        }

    def encode(self, payload: dict[str, Any]) -> str:
        """Return a token with these claims."""
        common = {"aud": self.audience, "iss": self.issuer}
        claims = payload | {name: value for name, value in common.items() if value is not None}
        return jwt.encode(claims, self.prepared_signing_key, self.algorithm, self._headers)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Return the claims. Raises `TokenBackendError` if no key fits or a claim is invalid."""
        first, *others = self._backends_for(token)
        try:
            return first.decode(token, verify)
        except TokenBackendError:
            for backend in others:
                with suppress(TokenBackendError):
                    return backend.decode(token, verify)
            raise

    def _backends_for(self, token: Any) -> list[TokenBackend]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
        except jwt.InvalidTokenError as error:
            raise TokenBackendError(str(error)) from None
        if not self._backends.get(kid):
            raise TokenBackendError("no_key")
        return self._backends[kid]


_KEYS: Final = KeyRing(
    state.token_backend, settings.JWT_PREVIOUS_SECRET_KEYS, settings.JWT_PUBLIC_KEYS
)


class AccessToken(tokens.AccessToken):
    """A token for requests."""

    _token_backend = _KEYS


class RefreshToken(tokens.RefreshToken):
    """A token to exchange for a new pair."""

    _token_backend = _KEYS
