"""The lock that allows one system for each data directory."""

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


def test_the_error_names_the_running_system(tmp_path: Path) -> None:
    holder = lock.acquire(tmp_path)
    with pytest.raises(LocalError, match=rf"running on {tmp_path} \(pid {os.getpid()}\); stop it"):
        lock.acquire(tmp_path)
    os.close(holder)
    os.close(lock.acquire(tmp_path))


@pytest.mark.parametrize("pid", ["", "not a number", "ended"])
def test_the_lock_waits_for_a_system_that_is_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pid: str
) -> None:
    """Its supervisord still holds the lock, but no process has the pid in the file."""
    monkeypatch.setattr(lock, "_ENDING_SECONDS", 0.1)
    holder = lock.acquire(tmp_path)
    (tmp_path / "lock").write_text(str(ended_pid()) if pid == "ended" else pid)
    with pytest.raises(LocalError, match=r"processes of an earlier start .* must end"):
        lock.acquire(tmp_path)
    os.close(holder)
    os.close(lock.acquire(tmp_path))


def test_the_system_of_another_user_counts_as_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(_pid: int, _number: int) -> None:
        raise PermissionError

    holder = lock.acquire(tmp_path)
    monkeypatch.setattr(os, "kill", deny)
    with pytest.raises(LocalError, match="another system is running"):
        lock.acquire(tmp_path)
    os.close(holder)
