"""DIR/local.json, which describes the running system to other programs."""

import os
from contextlib import suppress
from http.client import HTTPException
from typing import Self

from local.files import write_private_json
from local.stack import Stack


class Description:
    """The file, which exists while the system runs."""

    def __init__(self, stack: Stack, *, admin_email: str) -> None:
        """Collect the fixed part without writing the file."""
        self._stack = stack
        self._path = stack.data / "local.json"
        self._written: dict[str, int] = {}
        self._fixed = {
            "base_url": stack.base_url,
            "database_url": stack.site.database_url(),
            "redis_url": stack.site.redis_url,
            "admin_email": admin_email,
            "metrics_urls": {
                name: f"http://{address}/metrics"
                for name, address in stack.site.metrics_addresses.items()
            },
        }

    def __enter__(self) -> Self:
        """Remove the file of an earlier system that was killed."""
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the file, whose ports and processes are invalid now."""
        self._path.unlink(missing_ok=True)

    def refresh(self) -> None:
        """Write the file if the process ids have changed."""
        with suppress(OSError, HTTPException):
            pids = self._stack.pids()
            if pids != self._written:
                processes = {"run_local": os.getpid(), **pids}
                write_private_json(self._path, {**self._fixed, "processes": processes})
                self._written = pids
