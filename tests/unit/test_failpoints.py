"""Failpoints, which the files of a folder arm."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.site import APP
from local.waiting import wait_until

PROGRAM = "from core.failpoints import failpoint; failpoint('here'); print('went on')"


def started(folder: Path | None, program: str = PROGRAM) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(APP), "FAILPOINTS": str(folder or "")}
    return subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True
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


THREADED = """
import threading
from core.failpoints import failpoint

def reach():
    for number in range(20):
        failpoint(str(number))
        print(number, flush=True)

sleepers = [threading.Event() for _ in range(16)]
for sleeper in sleepers:
    threading.Thread(target=sleeper.wait, daemon=True).start()
thread = threading.Thread(target=reach)
thread.start()
thread.join()
"""


def test_a_thread_does_not_go_on_while_the_others_stop(tmp_path: Path) -> None:
    """A signal for the whole process let it pass one failpoint of three."""
    for number in range(20):
        (tmp_path / str(number)).touch()
    with started(tmp_path, THREADED) as process:
        try:
            for number in range(20):
                assert not _goes_on(process, tmp_path / f"{number}.{process.pid}")
                process.send_signal(signal.SIGCONT)
                assert process.stdout
                assert process.stdout.readline() == f"{number}\n"
        finally:
            process.kill()


def _goes_on(process: subprocess.Popen[str], taken: Path) -> bool:
    """Wait until the process has stopped, and return whether it has printed more."""
    is_stopped = lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED  # noqa: E731
    wait_until(taken.exists, timeout=30, what="the failpoint must be reached", poll=0.001)
    wait_until(is_stopped, timeout=30, what="the process must stop", poll=0.001)
    assert process.stdout
    return bool(select.select([process.stdout], [], [], 0)[0])


def test_an_armed_exit_ends_every_process(tmp_path: Path) -> None:
    (tmp_path / "here.exit").touch()
    for _ in range(2):
        with started(tmp_path) as process:
            assert process.communicate(timeout=30)[0] == ""
            assert process.returncode == 70
