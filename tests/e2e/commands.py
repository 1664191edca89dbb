"""run_local.sh, or what it runs, as a process of its own; and what it says."""

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
"""What run_local.sh promises."""


def environment(**env: str) -> dict[str, str]:
    """The caller's, without an administrator that somebody may have exported."""
    return {**os.environ, "ADMIN_EMAIL": "", "ADMIN_PASSWORD": "", **env}


@dataclass(frozen=True)
class Command:
    """One start on a data directory."""

    process: subprocess.Popen[bytes]
    data: Path
    output: Path

    def text(self) -> str:
        """All that it has said."""
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, pattern: str, *, within: float = 150) -> re.Match[str]:
        """Wait for it."""

        def is_over() -> bool:
            return bool(re.search(pattern, self.text())) or self.process.poll() is not None

        wait_until(is_over, timeout=within, what=f"{pattern} in {self.output}")
        found = re.search(pattern, self.text())
        assert found, self.text()
        return found

    def ready(self, *, within: float = 150) -> str:
        """The address of the web server."""
        return self.wait_for(r"ready: (http://127\.0\.0\.1:\d+)\n", within=within)[1]

    def description(self) -> Json:
        """What local.json says."""
        return cast("Json", json.loads((self.data / "local.json").read_text(encoding="utf-8")))

    def process_tree(self) -> list[psutil.Process]:
        """It and all processes below it; supervisord is one in spite of its own session."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self, number: int, *, whole_group: bool = False) -> int:
        """The exit code after this signal; none of its processes may be left then."""
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
    """Start it on a free port, as the leader of a process group; end it if need be."""
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
    """The exit code and the error lines of a start that ends by itself."""
    result = subprocess.run(
        [*program, *arguments], cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.stdout == ""
    return result.returncode, result.stderr
