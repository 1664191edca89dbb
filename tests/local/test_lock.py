"""One instance for a data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import lock
from local.errors import LocalError


def ended_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        return child.pid


def test_a_running_holder_is_named(tmp_path: Path) -> None:
    holder = lock.acquire(tmp_path)
    with pytest.raises(LocalError, match=rf"running on {tmp_path} \(pid {os.getpid()}\)"):
        lock.acquire(tmp_path)
    os.close(holder)
    os.close(lock.acquire(tmp_path))


@pytest.mark.parametrize("pid", ["", "not a number", "ended"])
def test_a_holder_that_is_ending_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pid: str
) -> None:
    """Its supervisord still has the lock, but the pid in the file is of nobody."""
    monkeypatch.setattr(lock, "_ENDING_SECONDS", 0.1)
    holder = lock.acquire(tmp_path)
    (tmp_path / "lock").write_text(str(ended_pid()) if pid == "ended" else pid)
    with pytest.raises(LocalError, match=r"processes of an earlier start .* must end"):
        lock.acquire(tmp_path)
    os.close(holder)
    os.close(lock.acquire(tmp_path))


def test_a_holder_of_another_user_counts_as_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_pid: int, _number: int) -> None:
        raise PermissionError

    holder = lock.acquire(tmp_path)
    monkeypatch.setattr(os, "kill", refuse)
    with pytest.raises(LocalError, match="another instance is running"):
        lock.acquire(tmp_path)
    os.close(holder)
