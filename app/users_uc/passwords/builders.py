"""Schemes from the groups of a matched notation. Each function raises `HashError`."""

import re
from base64 import b64decode
from hashlib import new
from typing import Final

from users_uc.passwords.foreign_hashes import COST_LIMITS
from users_uc.passwords.schemes import (
    Argon2,
    Bcrypt,
    Digest,
    Fault,
    FirebaseScrypt,
    HashError,
    Pbkdf2,
    Scrypt,
)
from users_uc.passwords.unix_crypt import LETTERS

_PREPARATIONS: Final = {
    "": "", "bcrypt$": "", "bcrypt_sha256$": "sha256", "$wp": "wordpress",
}  # fmt: skip
_URL_SAFE_OR_PASSLIB: Final = str.maketrans("-_.", "+/+")
_IDENTITY_DIGESTS: Final = ("sha1", "sha256", "sha512")
_MIN_KEY: Final = 16
"""The shortest key in bytes. A shorter one would match too many passwords."""


def argon2(match: re.Match[str]) -> Argon2:
    """Build a hash of Argon2."""
    memory, passes, lanes = (int(number) for number in match.groups())
    _limit(
        memory <= COST_LIMITS.memory_kib
        and memory * passes <= COST_LIMITS.memory_kib_passes
        and passes <= COST_LIMITS.passes
        and lanes <= COST_LIMITS.lanes
    )
    return Argon2(match[0])


def bcrypt(match: re.Match[str]) -> Bcrypt:
    """Build a hash of bcrypt."""
    cost = int(match["cost"])
    _require(4 <= cost <= 31)
    _limit(cost <= COST_LIMITS.bcrypt)
    return Bcrypt(match[0].removeprefix(match["form"]), _PREPARATIONS[match["form"]])


def scrypt(match: re.Match[str]) -> Scrypt:
    """Build a hash of scrypt, which needs an N that is a power of two below 2**(16 * r)."""
    groups = match.groupdict()
    n = int(groups["n"]) if groups.get("n") else 1 << int(groups["ln"])
    r, p = int(groups["r"]), int(groups["p"])
    _require(n > 1 and n & (n - 1) == 0 and n.bit_length() <= 16 * r)
    _limit(n * r * p <= COST_LIMITS.scrypt_blocks and n * r <= COST_LIMITS.memory_kib * 8)
    return Scrypt(n, r, p, _salt(match), _key(match)[:32])


def firebase_scrypt(match: re.Match[str]) -> FirebaseScrypt:
    """Build a hash of Firebase."""
    return FirebaseScrypt(_salt(match), _key(match))


def pbkdf2(match: re.Match[str]) -> Pbkdf2:
    """Build a hash of PBKDF2."""
    groups = match.groupdict()
    digest = groups.get("digest") or (groups.get("ldap") or "sha1").lower()
    return _pbkdf2(digest, int(groups["iterations"]), _salt(match), _key(match))


def identity_2(match: re.Match[str]) -> Pbkdf2:
    """Build a hash of ASP.NET Identity 2."""
    raw = _bytes(match[0])
    return _pbkdf2("sha1", 1000, raw[1:17], raw[17:])


def identity_3(match: re.Match[str]) -> Pbkdf2:
    """Build a hash of ASP.NET Identity 3: a byte, three numbers of 4 bytes, the salt, the key."""
    raw = _bytes(match[0])
    _require(len(match[0]) % 4 == 0)
    digest, iterations, size = (int.from_bytes(raw[at : at + 4]) for at in (1, 5, 9))
    _require(1 <= size <= 64 and iterations >= 1)
    return _pbkdf2(_IDENTITY_DIGESTS[digest], iterations, raw[13 : 13 + size], raw[13 + size :])


def text_digest(match: re.Match[str]) -> Digest:
    """Build a digest of a salt and the password, or an HMAC, as text."""
    digest = bytes.fromhex(match["hex"]) if len(match["hex"]) % 2 == 0 else b""
    _require(len(digest) == new(match["digest"]).digest_size)
    return Digest(f"before-{match['digest']}", match["text_salt"].encode(), digest)


def ldap_digest(match: re.Match[str]) -> Digest:
    """Build a digest of the password and a salt that follows the digest."""
    name = match["name"].lower().replace("-", "")
    digest = "sha1" if name == "sha" else name
    raw, size = _bytes(match["key"]), new(digest).digest_size
    _require(size < len(raw) <= size + 64 if match["salted"] else len(raw) == size)
    return Digest(f"after-{digest}", raw[size:], raw[:size])


def phpass(match: re.Match[str]) -> Digest:
    """Build a hash of phpass. WordPress removes white space around the password."""
    rounds = LETTERS.index(match["rounds"])
    _require(7 <= rounds <= 30)
    _limit(rounds <= COST_LIMITS.phpass)
    number = sum(LETTERS.index(c) << 6 * at for at, c in enumerate(match["key"]))
    _require(number.bit_length() <= 128)
    kind = "wordpress" if match["form"] == "P" else "phpass"
    return Digest(f"{kind}-{rounds}", match["text_salt"].encode(), number.to_bytes(16, "little"))


def md5_crypt(match: re.Match[str]) -> Digest:
    """Build a hash of crypt(3) with MD5."""
    _require(LETTERS.index(match["key"][-1]) < 4)
    return Digest(f"md5_crypt-{match['form']}", match["text_salt"].encode(), match["key"].encode())


def sha_crypt(match: re.Match[str]) -> Digest:
    """Build a hash of crypt(3) with SHA-256 or SHA-512. The last letter has 4 or 2 bits."""
    name, size, last = ("sha256", 43, 16) if match["form"] == "5" else ("sha512", 86, 4)
    rounds = int(match["rounds"] or 5000)
    _require(len(match["key"]) == size and LETTERS.index(match["key"][-1]) < last)
    _limit(rounds <= COST_LIMITS.sha_crypt)
    return Digest(f"{name}_crypt-{rounds}", match["text_salt"].encode(), match["key"].encode())


def _pbkdf2(digest: str, iterations: int, salt: bytes, key: bytes) -> Pbkdf2:
    """Build a hash with the first block of the key. Each further one would cost as much again."""
    _require(len(salt) >= 1 and len(key) >= _MIN_KEY)
    _limit(iterations <= COST_LIMITS.iterations_by_digest[digest])
    return Pbkdf2(digest, iterations, salt, key[: new(digest).digest_size])


def _salt(match: re.Match[str]) -> bytes:
    text = match.groupdict().get("text_salt")
    return text.encode() if text is not None else _bytes(match["salt"])


def _key(match: re.Match[str]) -> bytes:
    digits = match.groupdict().get("hex")
    if digits is None:
        key = _bytes(match["key"])
    else:
        _require(len(digits) % 2 == 0)
        key = bytes.fromhex(digits)
    _require(len(key) >= _MIN_KEY)
    return key


def _bytes(text: str) -> bytes:
    """Decode base64 with or without padding, also URL-safe or with passlib's `.` for `+`."""
    plain = text.rstrip("=").translate(_URL_SAFE_OR_PASSLIB)
    _require(len(plain) % 4 != 1)
    return b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _require(is_well_formed: bool) -> None:
    if not is_well_formed:
        raise HashError(Fault.MALFORMED)


def _limit(is_cheap: bool) -> None:
    if not is_cheap:
        raise HashError(Fault.TOO_COSTLY)
