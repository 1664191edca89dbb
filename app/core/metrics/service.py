"""The main process of a service: gunicorn's master, or Celery's.

prometheus_client decides when it is imported whether processes share their values, so this module
runs before it and does not import it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from core import env

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_main_pid: int | None = None


def begin() -> None:
    """Make this the main process, with an empty directory for the values of all below it."""
    global _main_pid  # noqa: PLW0603  (children inherit it by fork)
    _main_pid = os.getpid()
    if not os.environ.get(VARIABLE):
        _use_temporary_directory()
    path = Path(env.text(VARIABLE))
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


def directory() -> Path | None:
    """Where the processes of this service share their values; None where there is only one."""
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def forget_gauges(pid: int) -> None:
    """What a process held that has ended is held no more; what it counted stays counted."""
    path = directory()
    for file in path.glob(f"gauge_live*_{pid}.db") if path else ():
        file.unlink(missing_ok=True)


def _use_temporary_directory() -> None:
    path = tempfile.mkdtemp(prefix="accounts-metrics-")
    os.environ[VARIABLE] = path
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # forked children run this too
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
