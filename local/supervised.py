"""supervisord with two additions, which it loads as an RPC interface without methods."""

import os
import signal
from contextlib import suppress
from typing import Any

from supervisor import events, supervisord
from supervisor.states import SupervisorStates

from local.launch import MARK

CONFIGURATION = "supervisord.conf"
"""In the data directory."""

PARENT = "LOCAL_PARENT"
"""The variable with the process id that supervisord must not outlive."""


def _end_group(event: Any) -> None:
    """A dead program's children would work on beside those of the program started in its place."""
    if event.process.pid > 0:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(event.process.pid, signal.SIGKILL)


def make_interface(supervisor: Any) -> object:
    """Subscribe to the end of each process, and to a tick of 5 s that looks for the parent."""
    parent = int(os.environ[PARENT])

    def end_without_parent(_tick: object) -> None:
        if os.getppid() != parent:
            supervisor.options.mood = SupervisorStates.SHUTDOWN

    events.subscribe(events.Tick5Event, end_without_parent)
    for ended in ("Exited", "Stopped", "Backoff"):
        events.subscribe(getattr(events, f"ProcessState{ended}Event"), _end_group)
    return object()


if __name__ == "__main__":
    os.chdir(os.environ[MARK])
    supervisord.main(["-c", CONFIGURATION])
