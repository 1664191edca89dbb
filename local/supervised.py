"""supervisord with three additions.

Two are loaded as an RPC interface without methods. The third drops what cannot be logged.
"""

import os
import signal
from contextlib import suppress
from typing import Any

from supervisor import events, loggers, supervisord
from supervisor.states import SupervisorStates

from local.launch import DATA_VARIABLE

CONFIGURATION = "supervisord.conf"
"""The name of supervisord's configuration in the data directory."""

PARENT_VARIABLE = "LOCAL_PARENT"
"""The variable with the process id of the parent. supervisord ends when the parent ends."""


def _end_group(event: Any) -> None:
    """Kill the children of a program that has ended, before the program is started again."""
    if event.process.pid > 0:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(event.process.pid, signal.SIGKILL)


def make_interface(supervisor: Any) -> object:
    """Subscribe to the end of each process, and check every 5 s whether the parent lives."""
    parent = int(os.environ[PARENT_VARIABLE])

    def end_without_parent(_tick: object) -> None:
        if os.getppid() != parent:
            supervisor.options.mood = SupervisorStates.SHUTDOWN

    events.subscribe(events.Tick5Event, end_without_parent)
    for ended in ("Exited", "Stopped", "Backoff"):
        events.subscribe(getattr(events, f"ProcessState{ended}Event"), _end_group)
    return object()


def _drop(_handler: Any) -> None:
    """Drop a line that cannot be written.

    supervisord would print a traceback to the same full disk, and end by the error of that.
    """


if __name__ == "__main__":
    loggers.Handler.handleError = _drop
    os.chdir(os.environ[DATA_VARIABLE])
    supervisord.main(["-c", CONFIGURATION])
