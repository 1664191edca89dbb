"""How passwords are hashed."""

import binascii
import os
from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from core.server import sizing

_CORES = BoundedSemaphore(-(-(os.cpu_count() or 1) // sizing.WORKERS))
"""This process's share: more at once hash nothing sooner, and take 19 MiB each."""


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's second parameter set: 19 MiB, two passes, one lane (26 ms a hash)."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """When it is this thread's turn."""
        with _CORES:
            return super().encode(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        """When it is this thread's turn."""
        with _CORES:
            return super().verify(*args, **kwargs)

    def must_update(self, encoded: str) -> bool:
        """Not of a hash that no password has: an import may have brought one."""
        try:
            return super().must_update(encoded)
        except binascii.Error:  # of its salt
            return False
