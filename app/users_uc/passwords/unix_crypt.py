"""The digests of crypt(3) on Unix: MD5, as in FreeBSD and Apache, and SHA-256 and SHA-512.

Python's own module left with 3.13. The algorithms: Ulrich Drepper, "Unix crypt using SHA-256 and
SHA-512", and for MD5 Poul-Henning Kamp's code of 1994.
"""

from collections.abc import Iterator, Sequence
from hashlib import md5, new
from typing import Final

LETTERS: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MD5_ROUNDS: Final = 1000


def md5_crypt(password: bytes, salt: bytes, magic: str) -> bytes:
    """Return the hash as text. `magic` is "1" or "apr1"."""
    other = md5(password + salt + password).digest()  # noqa: S324  (Argon2id is around it)
    text = password + f"${magic}$".encode() + salt + _repeated(other, len(password))
    text += b"".join(b"\0" if bit else password[:1] for bit in _bits(len(password)))
    digest = md5(text).digest()  # noqa: S324
    digest = _rounds("md5", MD5_ROUNDS, digest, password, salt)
    order = [*((i, i + 6, i + 12) for i in range(4)), (4, 10, 5)]
    return _text(digest, order, last=(11,)).encode()


def sha_crypt(password: bytes, salt: bytes, name: str, rounds: int) -> bytes:
    """Return the hash as text. `name` is "sha256" or "sha512"."""
    other = new(name, password + salt + password).digest()
    text = password + salt + _repeated(other, len(password))
    text += b"".join(other if bit else password for bit in _bits(len(password)))
    digest = new(name, text).digest()
    mixed = _repeated(new(name, password * len(password)).digest(), len(password))
    salt = _repeated(new(name, salt * (16 + digest[0])).digest(), len(salt))
    digest = _rounds(name, rounds, digest, mixed, salt)
    if name == "sha256":
        order = [_rotated((i, i + 10, i + 20), -i) for i in range(10)]
        return _text(digest, order, last=(31, 30)).encode()
    order = [_rotated((i, i + 21, i + 42), i) for i in range(21)]
    return _text(digest, order, last=(63,)).encode()


def _rounds(name: str, rounds: int, digest: bytes, password: bytes, salt: bytes) -> bytes:
    for number in range(rounds):
        is_odd = number % 2 == 1
        text = password if is_odd else digest
        if number % 3:
            text += salt
        if number % 7:
            text += password
        digest = new(name, text + (digest if is_odd else password)).digest()
    return digest


def _repeated(digest: bytes, size: int) -> bytes:
    return (digest * (size // len(digest) + 1))[:size]


def _bits(number: int) -> Iterator[bool]:
    """Yield the bits of the number, the lowest one first."""
    while number:
        yield bool(number & 1)
        number >>= 1


def _rotated(three: tuple[int, int, int], by: int) -> tuple[int, ...]:
    by %= 3
    return three[by:] + three[:by]


def _text(digest: bytes, order: Sequence[tuple[int, ...]], *, last: tuple[int, ...]) -> str:
    """Encode each group of bytes, the highest byte first, by letters, the lowest 6 bits first."""
    letters = ""
    for group in (*order, last):
        number = int.from_bytes(bytes(digest[at] for at in group))
        letters += "".join(LETTERS[number >> 6 * at & 63] for at in range(len(group) + 1))
    return letters
