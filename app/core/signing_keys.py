"""Keys of tokens: a private key signs, and public keys verify.

Keys are in PEM format (RFC 7468). White space may stand in place of line breaks, so that a key fits
on one line. All functions raise ImproperlyConfigured for a key that cannot be used.
"""

import hashlib
import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_THUMBPRINT: Final = ("crv", "kty", "x", "y")
"""The members of a JWK that its thumbprint covers, in order (RFC 7638, section 3.2)."""


@dataclass(frozen=True)
class PublicKey:
    """A key that verifies tokens of one algorithm.

    `kid` is its thumbprint (RFC 7638). `jwk` is the key as a JSON Web Key (RFC 7517).
    """

    algorithm: str
    kid: str
    pem: str
    jwk: dict[str, str]


def private_key(name: str, text: str) -> tuple[str, PublicKey]:
    """Return the private key in the variable `name` as PEM, and its public key."""
    keys = [body for label, body in _blocks(name, text) if label.endswith("PRIVATE KEY")]
    if len(keys) != 1:
        raise ImproperlyConfigured(
            f"{name} must have one private key in PEM format. Make one: "
            "openssl genpkey -algorithm ed25519"
        )
    key = _loaded(name, keys[0], _load_private)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, _described(name, key.public_key())


def public_keys(name: str, text: str) -> list[PublicKey]:
    """Return the public keys in the variable `name`."""
    blocks = _blocks(name, text)
    if any(label != "PUBLIC KEY" for label, _ in blocks):
        raise ImproperlyConfigured(
            f"{name} must have public keys only. Print the public key of a private one: "
            "openssl pkey -pubout -in FILE"
        )
    return [_described(name, _loaded(name, body, load_der_public_key)) for _, body in blocks]


def _blocks(name: str, text: str) -> list[tuple[str, str]]:
    """Return the label and the body of each key."""
    if re.search(r"[^\s,]", _BLOCK.sub("", text)):
        raise ImproperlyConfigured(
            f"{name} must be in PEM format, without a passphrase: -----BEGIN ... -----END ..."
        )
    return _BLOCK.findall(text)


def _load_private(der: bytes) -> Any:
    return load_der_private_key(der, password=None)


def _loaded(name: str, body: str, load: Callable[[bytes], Any]) -> Any:
    try:
        return load(b64decode("".join(body.split()), validate=True))
    except TypeError:
        raise ImproperlyConfigured(f"{name} must be a key without a passphrase.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ImproperlyConfigured(f"{name} has a key that is damaged or unknown.") from None


def _described(name: str, key: Any) -> PublicKey:
    members: dict[str, Any]
    if isinstance(key, Ed25519PublicKey):
        algorithm, members = "EdDSA", OKPAlgorithm.to_jwk(key, as_dict=True)
    elif isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        algorithm, members = "ES256", ECAlgorithm.to_jwk(key, as_dict=True)
    else:
        kind = key.curve.name if hasattr(key, "curve") else type(key).__name__
        raise ImproperlyConfigured(
            f"{name} must have keys of Ed25519 (for EdDSA) or P-256 (for ES256), not {kind}."
        )
    kid = _thumbprint(members)
    jwk = {**members, "kid": kid, "alg": algorithm, "use": "sig"}
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return PublicKey(algorithm=algorithm, kid=kid, pem=pem, jwk=jwk)


def _thumbprint(members: dict[str, Any]) -> str:
    covered = {name: members[name] for name in _THUMBPRINT if name in members}
    digest = hashlib.sha256(json.dumps(covered, separators=(",", ":")).encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
