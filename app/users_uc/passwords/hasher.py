"""The password hasher."""

import binascii
import os
from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from core.server import sizing

_CORES = BoundedSemaphore(-(-(os.cpu_count() or 1) // sizing.WORKERS))
"""Limits parallel hashes to the cores per process. More would not be faster, at 19 MiB each."""


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's second parameter set: 19 MiB, two passes, one lane (26 ms a hash)."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """Wait for a free core, and return the hash."""
        with _CORES:
            return super().encode(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        """Wait for a free core, and return whether the password matches."""
        with _CORES:
            return super().verify(*args, **kwargs)

    def must_update(self, encoded: str) -> bool:
        """Return whether the hash needs an upgrade. A malformed hash from an import does not."""
        try:
            return super().must_update(encoded)
        except binascii.Error:  # the salt is not base64
            return False
