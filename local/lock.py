"""The lock that allows one system for each data directory."""

import fcntl
import os
from pathlib import Path

from local.errors import LocalError
from local.waiting import wait_until

_ENDING_SECONDS = 40
"""The time in which supervisord notices that its parent has ended, and ends all processes."""


def is_alive(pid: str) -> bool:
    """Return whether a process has this id."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _try(descriptor: int, data: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(descriptor, 20, 0).decode(errors="replace")
        if is_alive(pid):
            raise LocalError(
                f"another system is running on {data} (pid {pid}); stop it or choose another --data"
            ) from None
        return False
    return True


def acquire(data: Path) -> int:
    """Take the lock and return its file descriptor. A child that inherits it holds the lock too.

    If the first process of an earlier system was killed, wait until its supervisord has ended.
    Raise LocalError if another system is running.
    """
    descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    ending = f"the processes of an earlier start on {data} must end"
    try:
        wait_until(lambda: _try(descriptor, data), timeout=_ENDING_SECONDS, what=ending)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
