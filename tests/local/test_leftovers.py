"""Processes that outlived their supervisord."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from local import leftovers
from local.launch import DATA_VARIABLE

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
WAITING = "print('ready', flush=True); input()"
type Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a waiting process of a data directory."""
    with ExitStack() as ends:

        def start_process(data: Path, *, first: str = "") -> subprocess.Popen[bytes]:
            child = subprocess.Popen(
                [sys.executable, "-c", first + WAITING],
                env={**os.environ, DATA_VARIABLE: str(data)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            ends.enter_context(child)
            ends.callback(child.kill)
            assert child.stdout
            assert child.stdout.readline() == b"ready\n"
            return child

        yield start_process


def test_only_the_processes_of_the_directory_are_terminated(tmp_path: Path, start: Start) -> None:
    ours, theirs = start(tmp_path / "ours"), start(tmp_path / "theirs")
    assert [process.pid for process in leftovers.find(tmp_path / "ours")] == [ours.pid]
    assert leftovers.end(tmp_path / "ours", timeout=10) == 1
    assert leftovers.end(tmp_path / "ours", timeout=10) == 0
    assert not psutil.pid_exists(ours.pid)
    assert theirs.poll() is None


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path, start: Start) -> None:
    child = start(tmp_path, first=STUBBORN)
    assert leftovers.end(tmp_path, timeout=0.1) == 1
    assert not psutil.pid_exists(child.pid)


def test_a_process_that_has_just_ended_is_no_error(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = start(tmp_path)
    processes = [psutil.Process(child.pid)]
    child.kill()
    child.wait()
    monkeypatch.setattr(leftovers, "find", lambda _data: processes)
    assert leftovers.end(tmp_path, timeout=1) == 1
