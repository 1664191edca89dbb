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
from local.launch import MARK

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
WAITING = "print('ready', flush=True); input()"
type Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(data)`: a process of that directory, which waits."""
    with ExitStack() as ends:

        def make(data: Path, *, first: str = "") -> subprocess.Popen[bytes]:
            child = subprocess.Popen(
                [sys.executable, "-c", first + WAITING],
                env={**os.environ, MARK: str(data)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            ends.enter_context(child)
            ends.callback(child.kill)
            assert child.stdout
            assert child.stdout.readline() == b"ready\n"
            return child

        yield make


def test_only_those_of_the_directory_are_ended(tmp_path: Path, start: Start) -> None:
    ours, theirs = start(tmp_path / "ours"), start(tmp_path / "theirs")
    assert [process.pid for process in leftovers.find(tmp_path / "ours")] == [ours.pid]
    assert leftovers.end(tmp_path / "ours", patience=10) == 1
    assert leftovers.end(tmp_path / "ours", patience=10) == 0
    assert not psutil.pid_exists(ours.pid)
    assert theirs.poll() is None


def test_one_that_does_not_listen_is_killed(tmp_path: Path, start: Start) -> None:
    child = start(tmp_path, first=STUBBORN)
    assert leftovers.end(tmp_path, patience=0.1) == 1
    assert not psutil.pid_exists(child.pid)


def test_one_that_has_just_ended_is_no_trouble(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = start(tmp_path)
    found = [psutil.Process(child.pid)]
    child.kill()
    child.wait()
    monkeypatch.setattr(leftovers, "find", lambda _data: found)
    assert leftovers.end(tmp_path, patience=1) == 1
