"""The failpoints of core/failpoints.py, controlled by a test."""

from pathlib import Path

import psutil

from local.waiting import wait_until

COPYING = "copying_users_uc_user"
"""The failpoint in a COPY of users. Planning copies rejected rows and has its own failpoint."""


class Failpoints:
    """A folder of failpoints. A stopped process ends by `kill()` and continues by `resume()`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def arm(self, name: str) -> None:
        """Stop the next process that reaches the failpoint, once."""
        (self.folder / name).touch()

    def arm_exit(self, name: str) -> None:
        """End every process that reaches the failpoint."""
        (self.folder / f"{name}.exit").touch()

    def reached(self, name: str, *, within: float = 30) -> psutil.Process:
        """Wait for the process that is stopped at the failpoint and return it."""
        wait_until(lambda: bool(self._taken(name)), timeout=within, what=f"{name} must be reached")
        (taken,) = self._taken(name)
        process = psutil.Process(int(taken.suffix[1:]))
        stands_still = lambda: process.status() == psutil.STATUS_STOPPED  # noqa: E731
        wait_until(stands_still, timeout=5, what=f"the process at {name} must be stopped")
        taken.unlink()
        return process

    def _taken(self, name: str) -> list[Path]:
        return list(self.folder.glob(f"{name}.[0-9]*"))


def kill(process: psutil.Process) -> None:
    """Kill the process with SIGKILL and wait for its end."""
    process.kill()
    process.wait(10)
