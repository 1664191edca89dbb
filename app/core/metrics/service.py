"""The main process of a service: gunicorn's master, or Celery's.

prometheus_client decides when it is imported whether processes share their values, so this module
runs before it and does not import it.
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
_main_pid: int | None = None
_started_at = time.time()


def begin() -> None:
    """Make this the main process, with an empty directory for the values of all below it."""
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
            f"{VARIABLE} must be a folder that this process may write: {error}."
        ) from None


def main_pid() -> int:
    """The process that all others of this service descend from."""
    return _main_pid or os.getpid()


def started_at() -> float:
    """When, since the epoch: noted once, so that a clock that is set is not taken for a start."""
    return _started_at


def directory() -> Path | None:
    """Where the processes of this service share their values; None where there is only one."""
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def _use_temporary_directory() -> None:
    path = tempfile.mkdtemp(prefix="accounts-metrics-")
    os.environ[VARIABLE] = path
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # forked children run this too
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
