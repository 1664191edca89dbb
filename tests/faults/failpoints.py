"""The places of core/failpoints.py, from outside."""

from pathlib import Path

import psutil

from local.waiting import wait_until

COPYING = "copying_users_uc_user"
"""The middle of a COPY of people; refused rows are copied too, while planning."""


class Failpoints:
    """What stands still here is ended by `kill()` or goes on by `resume()`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def arm(self, name: str) -> None:
        """The next process that comes to the place stands still; one, and once."""
        (self.folder / name).touch()

    def arm_exit(self, name: str) -> None:
        """Every process that comes to the place ends."""
        (self.folder / f"{name}.exit").touch()

    def reached(self, name: str, *, within: float = 30) -> psutil.Process:
        """The process that stands at the place."""
        wait_until(lambda: bool(self._taken(name)), timeout=within, what=f"{name} must be reached")
        (taken,) = self._taken(name)
        process = psutil.Process(int(taken.suffix[1:]))
        stands_still = lambda: process.status() == psutil.STATUS_STOPPED  # noqa: E731
        wait_until(stands_still, timeout=5, what=f"{name} must be stood at")
        taken.unlink()
        return process

    def _taken(self, name: str) -> list[Path]:
        return list(self.folder.glob(f"{name}.[0-9]*"))


def kill(process: psutil.Process) -> None:
    """End it as the kernel would, and wait until it has."""
    process.kill()
    process.wait(10)
