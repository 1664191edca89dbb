"""Named places at which a fault test stops a process. Where FAILPOINTS is not set nothing is done.

FAILPOINTS is a folder. The first process that comes to the place NAME while a file NAME is there
renames it to NAME.PID, says so, and stands still until SIGCONT or SIGKILL. While a file NAME.exit
is there, every process that comes to the place ends at once.
"""

import os
import signal
import sys
from pathlib import Path

from core import env

_FOLDER = env.text("FAILPOINTS", "")


def failpoint(name: str) -> None:
    """Mark the place `name`."""
    if _FOLDER:
        _reach(Path(_FOLDER) / name)


def _reach(armed: Path) -> None:
    if armed.with_name(f"{armed.name}.exit").exists():
        _say(f"failpoint {armed.name}: {os.getpid()} ends")
        os._exit(70)
    try:
        armed.rename(armed.with_name(f"{armed.name}.{os.getpid()}"))
    except FileNotFoundError:
        return
    _say(f"failpoint {armed.name}: {os.getpid()} stands still")
    os.kill(os.getpid(), signal.SIGSTOP)


def _say(text: str) -> None:
    """Past Celery, which makes log lines of what is printed."""
    print(text, file=sys.__stderr__, flush=True)
