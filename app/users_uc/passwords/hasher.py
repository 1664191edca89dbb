"""The password hashers.

A hash of this service costs 26 ms, an imported one up to ten times as much until it is renewed at
the first login. So that such logins do not delay other requests, they get few of the threads, and
the cores when nobody else needs them.
"""

import binascii
import os
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, get_native_id
from typing import Any, Final

from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    BasePasswordHasher,
    PBKDF2PasswordHasher,
)
from django.utils.translation import gettext as _

from core.http.errors import Unavailable
from core.server import sizing, slow_work
from users_uc.passwords import verification
from users_uc.passwords.foreign_hashes import ARGON2ID_COSTS
from users_uc.passwords.notations import IMPORTED, parse
from users_uc.passwords.schemes import HashError
from users_uc.passwords.wrapping import WRAPPED

_PARALLEL: Final = -(-(os.cpu_count() or 1) // sizing.WORKERS)
_CORES: Final = BoundedSemaphore(_PARALLEL)
"""Limits parallel hashes to the cores per process. More would not be faster, at 19 MiB each."""
_LOWER: Final = 5
"""How much lower the priority of threads for costly hashes is; 19 is the lowest of all."""


def _lower_priority() -> None:
    """Let other threads go first. Only Linux has a priority for each thread."""
    if sys.platform == "linux":
        thread = (os.PRIO_PROCESS, get_native_id())
        os.setpriority(*thread, os.getpriority(*thread) + _LOWER)


_COSTLY: Final = ThreadPoolExecutor(
    max(1, _PARALLEL // 2), thread_name_prefix="costly-hash", initializer=_lower_priority
)


def _verify_costly(verify: Callable[[str, str], bool], password: str, encoded: str) -> bool:
    """Verify in a thread of the pool. Raises `Unavailable` (503) if too many requests wait."""
    if not slow_work.PLACES.acquire(blocking=False):
        raise Unavailable
    try:
        return _COSTLY.submit(verify, password, encoded).result()
    finally:
        slow_work.PLACES.release()


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's second parameter set: 19 MiB, two passes, one lane (26 ms a hash)."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """Wait for a free core, and return the hash."""
        with _CORES:
            return super().encode(*args, **kwargs)

    def verify(self, password: str, encoded: str) -> bool:
        """Wait for a free core, and return whether the password matches.

        Raises `Unavailable` if the hash is costly and too many requests wait for such hashes.
        """
        if self._is_costly(encoded):
            return _verify_costly(super().verify, password, encoded)
        with _CORES:
            return super().verify(password, encoded)

    def must_update(self, encoded: str) -> bool:
        """Return whether the hash needs an upgrade. A malformed hash from an import does not."""
        try:
            return super().must_update(encoded)
        except binascii.Error:  # the salt is not base64
            return False

    def _is_costly(self, encoded: str) -> bool:
        costs = re.match(ARGON2ID_COSTS, encoded)
        if costs is None:
            return True
        memory, passes, lanes = map(int, costs.groups())
        return memory * passes > self.memory_cost * self.time_cost or lanes > self.parallelism


class ImportedPbkdf2Hasher(PBKDF2PasswordHasher):
    """PBKDF2, only for imported hashes. All of them count as costly."""

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password matches. Raises `Unavailable` if too many requests wait."""
        return _verify_costly(super().verify, password, encoded)


class ImportedHasher(BasePasswordHasher):
    """Hashes that are stored as their system wrote them. All of them count as costly."""

    algorithm = IMPORTED.rstrip("$")

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password matches. Raises `Unavailable` if too many requests wait."""
        return _verify_costly(_matches, password, encoded)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what the admin shows of the hash."""
        return {_("algorithm"): self.algorithm}


def _matches(password: str, encoded: str) -> bool:
    try:
        foreign = parse(encoded.removeprefix(IMPORTED))
    except HashError:  # a later version of the service accepted the hash
        return False
    return verification.matches(foreign, password)


def _matches_digest(password: str, encoded: str) -> bool:
    _algorithm, kind, salt, argon2id = encoded.split("$", 3)
    found = verification.digests(kind, b64decode(salt), password)
    return any(Argon2PasswordHasher().verify(digest.hex(), argon2id) for digest in found)


class WrappedDigestHasher(BasePasswordHasher):
    """Digests of other systems inside an Argon2id hash: `wrapped$kind$salt$argon2$...`.

    All of them count as costly: some digests take 100 ms.
    """

    algorithm = WRAPPED.rstrip("$")

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password matches. Raises `Unavailable` if too many requests wait."""
        return _verify_costly(_matches_digest, password, encoded)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what the admin shows of the hash."""
        return {_("algorithm"): self.algorithm}
