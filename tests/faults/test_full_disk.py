"""One disk for everything, which fills up and gets room again."""

import os
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from local.waiting import wait_until
from tests.faults.judge import judge
from tests.faults.system import System, started
from tests.faults.test_storage import small_disk

READS = {
    "/healthz/live": 200,
    "/metrics": 200,
    "/api/": 200,
    "/api/schema/": 200,
    "/api/docs/": 200,
    "/account/": 200,
    "/api/v1/users/me/": 200,
    "/api/v1/users/me/export/": 200,
    "/api/v1/users/": 200,
    "/api/v1/users/export.csv": 200,
    "/api/v1/imports/": 200,
    "/api/nowhere/": 404,
}
"""Each URL has metrics of its own, for which the first request makes room."""
ROUNDS = 20


def fill(disk: Path) -> Path:
    """Fill the disk to its last byte and return the file that does so."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(64 * 1024))
    return ballast


def web_processes(system: System) -> set[int]:
    """Return the ids of gunicorn's processes."""
    master = psutil.Process(system.stack.pid("web"))
    return {master.pid, *(child.pid for child in master.children())}


def is_ready(system: System) -> bool:
    try:
        answer = httpx.get(f"{system.stack.base_url}/healthz/ready", trust_env=False, timeout=5)
    except httpx.TransportError:
        return False
    return answer.is_success


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_25_the_disk_of_everything_is_full(tmp_path: Path) -> None:
    """Reads are answered, uploads are 503, no web process ends, and room is noticed at once."""
    with (
        small_disk(tmp_path / "disk", megabytes=300) as disk,
        started(disk / "data", env={}) as system,
    ):
        data, before = system.people_file(3000), web_processes(system)
        ballast = fill(disk)
        for _ in range(ROUNDS):
            assert {url: system.api.ask("GET", url).status_code for url in READS} == READS
            assert system.api.send(data).status_code == 503
        assert web_processes(system) == before
        ballast.unlink()
        wait_until(lambda: is_ready(system), timeout=15, what="the system must be ready")
        judge(system, system.api.upload(data))
