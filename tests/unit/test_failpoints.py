"""Failpoints, which the files of a folder arm."""

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
def test_an_unarmed_failpoint_does_nothing(tmp_path: Path, set_up: bool) -> None:
    with started(tmp_path if set_up else None) as process:
        assert process.communicate(timeout=30)[0] == "went on\n"


def test_an_armed_failpoint_stops_the_first_process_only(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    with started(tmp_path) as first:
        is_stopped = lambda: psutil.Process(first.pid).status() == psutil.STATUS_STOPPED  # noqa: E731
        wait_until(is_stopped, timeout=30, what="the process must stop")
        assert [path.name for path in tmp_path.iterdir()] == [f"here.{first.pid}"]
        with started(tmp_path) as second:
            assert second.communicate(timeout=30)[0] == "went on\n"
        first.send_signal(signal.SIGCONT)
        assert first.communicate(timeout=30)[0] == "went on\n"


def test_an_armed_exit_ends_every_process(tmp_path: Path) -> None:
    (tmp_path / "here.exit").touch()
    for _ in range(2):
        with started(tmp_path) as process:
            assert process.communicate(timeout=30)[0] == ""
            assert process.returncode == 70
