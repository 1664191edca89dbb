"""run_local.sh, or `python -m local`, as a process with its output."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil

from local import leftovers
from local.api_client import Json
from local.site import ROOT
from local.waiting import wait_until

MODULE = (sys.executable, "-m", "local")
END_SECONDS = 30
"""The longest time that run_local.sh may take to stop."""


def environment(**env: str) -> dict[str, str]:
    """Return the environment of the caller, without the administrator that it may name."""
    return {**os.environ, "ADMIN_EMAIL": "", "ADMIN_PASSWORD": "", **env}


@dataclass(frozen=True)
class Command:
    """A start of the command on a data directory."""

    process: subprocess.Popen[bytes]
    data: Path
    output: Path

    def text(self) -> str:
        """Return the output so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, pattern: str, *, within: float = 150) -> re.Match[str]:
        """Wait until the output has the pattern and return the match."""

        def is_over() -> bool:
            return bool(re.search(pattern, self.text())) or self.process.poll() is not None

        wait_until(is_over, timeout=within, what=f"{pattern} in {self.output}")
        found = re.search(pattern, self.text())
        assert found, self.text()
        return found

    def ready(self, *, within: float = 150) -> str:
        """Wait until the system is ready and return its URL."""
        return self.wait_for(r"ready: (http://127\.0\.0\.1:\d+)\n", within=within)[1]

    def description(self) -> Json:
        """Return the content of local.json."""
        return cast("Json", json.loads((self.data / "local.json").read_text(encoding="utf-8")))

    def process_tree(self) -> list[psutil.Process]:
        """Return the process and its descendants, including supervisord in its own session."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self, number: int, *, whole_group: bool = False) -> int:
        """Send the signal and return the exit code. No process of the tree may be left."""
        processes = self.process_tree()
        assert len(processes) > 5
        send = os.killpg if whole_group else os.kill
        send(self.process.pid, number)
        code = self.process.wait(END_SECONDS)
        assert [process for process in processes if process.is_running()] == []
        return code


@contextmanager
def started(
    data: Path, *arguments: str, program: Sequence[str] = MODULE, cwd: Path = ROOT, **env: str
) -> Iterator[Command]:
    """Start the command on a free port in its own process group, and end it after the body."""
    number = sum(1 for _ in data.parent.glob(f"{data.name}.*.txt"))
    output = data.with_name(f"{data.name}.{number}.txt")
    named = data.relative_to(cwd) if data.is_relative_to(cwd) else data
    argv = [*program, "--port", "0", "--data", str(named), *arguments]
    with output.open("wb") as file:
        process = subprocess.Popen(
            argv, cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL, stdout=file,
            stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        yield Command(process, data, output)
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        leftovers.end(data, timeout=5)


def failed_start(
    *arguments: str, program: Sequence[str] = MODULE, cwd: Path = ROOT, **env: str
) -> tuple[int, str]:
    """Run a command that ends by itself; return its exit code and its error output."""
    result = subprocess.run(
        [*program, *arguments], cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.stdout == ""
    return result.returncode, result.stderr
