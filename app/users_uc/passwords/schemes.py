"""Password hashes of other systems: their schemes and parameters.

This module does not import Django. notations.py reads hashes, verification.py checks passwords.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The reason why a hash is not accepted."""

    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    TOO_COSTLY = "too_costly"
    NO_FIREBASE_KEY = "no_firebase_key"


class HashError(ValueError):
    """A hash that is not accepted."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Argon2:
    """A hash that Django's hasher checks; `encoded` begins with `argon2$`."""

    encoded: str


@dataclass(frozen=True)
class Bcrypt:
    """bcrypt of the password after `preparation`: "", "sha256" (Django) or "wordpress"."""

    encoded: str
    preparation: str


@dataclass(frozen=True)
class Scrypt:
    """scrypt with N, r and p."""

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes


@dataclass(frozen=True)
class FirebaseScrypt:
    """scrypt as Firebase changed it. Its other parameters are settings."""

    salt: bytes
    key: bytes


@dataclass(frozen=True)
class Pbkdf2:
    """PBKDF2 with the name of its digest in hashlib."""

    digest: str
    iterations: int
    salt: bytes
    key: bytes


@dataclass(frozen=True)
class Digest:
    """A hash that is computed so fast that it is stored only inside an Argon2id hash.

    `kind` is one of these:

    - `before-sha1`, with a digest of hashlib: the salt stands before the password, or is the key of
      an HMAC
    - `after-sha1`: the salt stands behind the password
    - `phpass-13`, `wordpress-13`: 2 to the power of 13 rounds of MD5
    - `md5_crypt-1`, `md5_crypt-apr1`, `sha512_crypt-5000` (5,000 rounds): the digest is a text
    """

    kind: str
    salt: bytes
    digest: bytes


type Foreign = Argon2 | Bcrypt | Scrypt | FirebaseScrypt | Pbkdf2 | Digest
