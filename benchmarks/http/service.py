"""A service under load: started here, asked here."""

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
    """`paths`: of each endpoint, as many as there are different ones to ask for in turn."""

    name: str
    base_url: str
    token: str
    paths: Mapping[str, Sequence[str]]

    def get(self, path: str) -> httpx.Response:
        """The answer, which is none of an error."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(self.base_url + path, headers=headers, trust_env=False)
        return answer.raise_for_status()


@contextmanager
def running(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, url: str
) -> Iterator[None]:
    """A program that answers at the URL; its log is a file, as cheap for one as for another."""
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
