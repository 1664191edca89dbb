"""Checks of passwords against hashes of other systems."""

import hashlib
import hmac
from base64 import b64encode
from typing import Final

import bcrypt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from django.conf import settings

from users_uc.passwords import unix_crypt
from users_uc.passwords.schemes import (
    Argon2,
    Bcrypt,
    Digest,
    FirebaseScrypt,
    Foreign,
    Pbkdf2,
    Scrypt,
)

_SCRYPT_MEMORY: Final = 2**28
_PHP_SPACE: Final = " \t\n\r\0\v"
"""What PHP's trim() removes."""


def matches(foreign: Foreign, password: str) -> bool:
    """Return whether the password has this hash. Argon2 and digests have Django's hashers."""
    match foreign:
        case Bcrypt(encoded, preparation):
            prepared = _prepared(password, preparation)[:72]  # bcrypt ignores further bytes
            found = bcrypt.hashpw(prepared, encoded.encode())
            return hmac.compare_digest(found, encoded.encode())
        case Scrypt(n, r, p, salt, key):
            found = _scrypt(password, salt, n=n, r=r, p=p, size=len(key))
            return hmac.compare_digest(found, key)
        case FirebaseScrypt(salt, key):
            return hmac.compare_digest(_firebase(password, salt), key)
        case Pbkdf2(digest, iterations, salt, key):
            found = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations, len(key))
            return hmac.compare_digest(found, key)
        case Argon2() | Digest():
            return False


def digests(kind: str, salt: bytes, password: str) -> list[bytes]:
    """Return what a Digest of this kind may be for the password.

    Notations of Django and of Werkzeug are the same. Werkzeug's digest is an HMAC.
    """
    form, _, parameter = kind.partition("-")
    match form:
        case "before":
            joined = hashlib.new(parameter, salt + password.encode()).digest()
            return [joined, hmac.digest(salt, password.encode(), parameter)]
        case "after":
            return [hashlib.new(parameter, password.encode() + salt).digest()]
        case "md5_crypt":
            return [unix_crypt.md5_crypt(password.encode(), salt, parameter)]
        case "sha256_crypt" | "sha512_crypt":
            name, rounds = form.removesuffix("_crypt"), int(parameter)
            return [unix_crypt.sha_crypt(password.encode(), salt, name, rounds)]
        case "wordpress":
            password = password.strip(_PHP_SPACE)
    return [_phpass(password.encode(), salt, int(parameter))]


def _prepared(password: str, preparation: str) -> bytes:
    match preparation:
        case "sha256":
            return hashlib.sha256(password.encode()).hexdigest().encode()
        case "wordpress":
            plain = password.strip(_PHP_SPACE).encode()
            return b64encode(hmac.digest(b"wp-sha384", plain, "sha384"))
    return password.encode()


def _scrypt(password: str, salt: bytes, *, n: int, r: int, p: int, size: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY, dklen=size
    )


def _firebase(password: str, salt: bytes) -> bytes:
    """Return the project's key, encrypted with a key that scrypt makes of the password."""
    salt += settings.FIREBASE_SCRYPT_SALT_SEPARATOR
    n, r = 1 << settings.FIREBASE_SCRYPT_MEM_COST, settings.FIREBASE_SCRYPT_ROUNDS
    key = _scrypt(password, salt, n=n, r=r, p=1, size=32)
    encryptor = Cipher(AES(key), CTR(bytes(16))).encryptor()
    return encryptor.update(settings.FIREBASE_SCRYPT_SIGNER_KEY) + encryptor.finalize()


def _phpass(password: bytes, salt: bytes, rounds: int) -> bytes:
    digest = hashlib.md5(salt + password).digest()  # noqa: S324  (an Argon2id hash is around it)
    for _ in range(1 << rounds):
        digest = hashlib.md5(digest + password).digest()  # noqa: S324
    return digest
