"""The main process of a service: gunicorn's master, or Celery's.

prometheus_client decides at its import whether processes share their values. This module must run
before that import.
"""

import atexit
import os
import shutil
import tempfile
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from core import env

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_MEMORY = Path("/dev/shm")  # noqa: S108  (mkdtemp makes a private folder in it)
_main_pid: int | None = None
_started_at = time.time()


def begin() -> None:
    """Make this the main process, with an empty directory for the values of its descendants."""
    global _main_pid, _started_at
    _main_pid, _started_at = os.getpid(), time.time()
    if not env.text(VARIABLE, ""):
        _use_temporary_directory()
    path = Path(os.environ[VARIABLE])
    try:
        path.mkdir(parents=True, exist_ok=True)
        for file in path.glob("*.db"):
            file.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{VARIABLE} must be a folder that this process can write to: {error}."
        ) from None


def main_pid() -> int:
    """Return the id of the process that started all others of this service."""
    return _main_pid or os.getpid()


def started_at() -> float:
    """Return the start time in seconds since the epoch.

    It is stored once, so that a change of the clock does not look like a restart.
    """
    return _started_at


def directory() -> Path | None:
    """Return the directory of the shared values, or None if the service has one process."""
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def memory_folder() -> str | None:
    """Return the folder for temporary files in memory, or None if the system has none.

    Processes map the files of metrics: if the disk is full, the kernel ends a process that writes
    to a new page of such a file.
    """
    return str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None


def _use_temporary_directory() -> None:
    path = tempfile.mkdtemp(prefix="accounts-metrics-", dir=memory_folder())
    os.environ[VARIABLE] = path
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # forked child processes run this too
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
