"""Key pairs that sign tokens in tests, and tokens that are forged with them."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import jwt
from rest_framework_simplejwt.backends import TokenBackend

from core import signing_keys
from core.signing_keys import PublicKey
from deploy.make_secrets import new_private_key
from users_uc.tokens.key_ring import KeyRing

SECRET = "an earlier secret that is long enough for HS256 and for HS512, too"


@dataclass(frozen=True)
class Pair:
    """A private key as PEM, and its public key."""

    private: str
    public: PublicKey

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """Return a token with the `kid` of this key, unless `headers` have another one."""
        headers = {"kid": self.public.kid} | headers
        named = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(claims, self.private, self.public.algorithm, named)


def new_pair(algorithm: str) -> Pair:
    """Return a random key pair of the algorithm."""
    return Pair(*signing_keys.private_key("JWT_PRIVATE_KEY", new_private_key(algorithm)))


def ring_of(own: Pair, *previous: Pair, secrets: tuple[str, ...] = (), **options: Any) -> KeyRing:
    """Return a ring that signs with `own`, and also verifies with the other keys."""
    newest = TokenBackend(own.public.algorithm, own.private, **options)
    return KeyRing(newest, secrets, [own.public, *(pair.public for pair in previous)])


def forged(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    """Return a token with this header and an HMAC. PyJWT refuses to sign with a public key."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(text, key)
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
