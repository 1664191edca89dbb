"""A service under load."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.waiting import wait_until

_START_SECONDS, _END_SECONDS = 60, 30


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service that runs. `paths` has the paths of each endpoint, which are requested in turn."""

    name: str
    base_url: str
    token: str
    paths: Mapping[str, Sequence[str]]

    def get(self, path: str) -> httpx.Response:
        """Request a path and return the answer. An error status is an exception."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(self.base_url + path, headers=headers, trust_env=False)
        return answer.raise_for_status()


@contextmanager
def running(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, url: str
) -> Iterator[None]:
    """Run a program during the block, which begins when the URL answers. `log` gets the output."""
    with log.open("wb") as output:
        process = subprocess.Popen(argv, cwd=cwd, env=env, stdout=output, stderr=output)
    try:
        wait_until(
            lambda: process.poll() is not None or _answers(url),
            timeout=_START_SECONDS,
            what=f"{url} must answer",
        )
        if process.poll() is not None:
            raise SystemExit(f"{argv[0]} does not start:\n{log.read_text(encoding='utf-8')}")
        yield
    finally:
        process.terminate()
        process.wait(_END_SECONDS)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False
