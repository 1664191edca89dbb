"""Without a folder a failpoint is nothing; with one it is what the folder says."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.site import APP
from local.waiting import wait_until

PROGRAM = "from core.failpoints import failpoint; failpoint('here'); print('went on')"


def started(folder: Path | None) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(APP), "FAILPOINTS": str(folder or "")}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("set_up", [False, True])
def test_nothing_is_armed(tmp_path: Path, set_up: bool) -> None:
    with started(tmp_path if set_up else None) as process:
        assert process.communicate(timeout=30)[0] == "went on\n"


def test_the_first_that_comes_stands_still(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    with started(tmp_path) as first:
        stands = lambda: psutil.Process(first.pid).status() == psutil.STATUS_STOPPED  # noqa: E731
        wait_until(stands, timeout=30, what="it must stand still")
        assert [path.name for path in tmp_path.iterdir()] == [f"here.{first.pid}"]
        with started(tmp_path) as second:
            assert second.communicate(timeout=30)[0] == "went on\n"
        first.send_signal(signal.SIGCONT)
        assert first.communicate(timeout=30)[0] == "went on\n"


def test_everybody_that_comes_ends(tmp_path: Path) -> None:
    (tmp_path / "here.exit").touch()
    for _ in range(2):
        with started(tmp_path) as process:
            assert process.communicate(timeout=30)[0] == ""
            assert process.returncode == 70
