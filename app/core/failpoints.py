"""Named places in the code where a fault test stops a process (ADR 23).

Without the variable FAILPOINTS they do nothing. FAILPOINTS is a folder. The first process that
reaches the place NAME while the file NAME exists renames the file to NAME.PID, prints a line and
stops until SIGCONT or SIGKILL. While the file NAME.exit exists, each process that reaches the place
exits.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from core import env

_FOLDER = env.text("FAILPOINTS", "")


def failpoint(name: str) -> None:
    """Stop or exit here if a test has armed the place `name`."""
    if _FOLDER:
        _reach(Path(_FOLDER) / name)


def _reach(armed: Path) -> None:
    if armed.with_name(f"{armed.name}.exit").exists():
        _print(f"failpoint {armed.name}: process {os.getpid()} exits")
        os._exit(70)
    try:
        armed.rename(armed.with_name(f"{armed.name}.{os.getpid()}"))
    except FileNotFoundError:
        return
    _print(f"failpoint {armed.name}: process {os.getpid()} stops")
    # A signal for the process may reach another thread first, and this one would go on meanwhile.
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def _print(text: str) -> None:
    """Print to the original stderr, because Celery turns its own into log lines."""
    print(text, file=sys.__stderr__, flush=True)
