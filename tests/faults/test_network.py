"""Lost packets from and to PostgreSQL, without any error."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.faults.judge import judge
from tests.faults.system import System

IPTABLES = shutil.which("iptables")
REQUESTS = 12
"""More requests than there are connections to PostgreSQL."""


@contextmanager
def lost_packets(port: int) -> Iterator[None]:
    """Drop all packets from and to a port of this machine."""
    rules = [["INPUT", "-i", "lo", "-p", "tcp", end, str(port), "-j", "DROP"]
             for end in ("--sport", "--dport")]  # fmt: skip
    try:
        for rule in rules:
            _iptables("-I", *rule)
        yield
    finally:
        for rule in rules:
            _iptables("-D", *rule)


def _iptables(*arguments: str) -> None:
    subprocess.run([str(IPTABLES), "-w", *arguments], check=True, stderr=subprocess.DEVNULL)


def may_lose() -> bool:
    """Return whether this user can drop packets."""
    if IPTABLES is None or os.geteuid() != 0:
        return False
    command = [IPTABLES, "-w", "-L", "INPUT"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not may_lose(), reason="needs root and iptables: apt install iptables")
@pytest.mark.long
def test_packets_to_postgresql_are_lost(system: System) -> None:
    """Requests get a 503 and do not wait; the started import continues afterwards."""
    upload = system.api.upload(system.people_file(60_000))

    def ask(_: int) -> int:
        return system.api.ask("GET", "/api/v1/users/me/", timeout=30).status_code

    with ThreadPoolExecutor(REQUESTS) as askers:
        assert set(askers.map(ask, range(REQUESTS))) == {200}  # their connections are open now
        with lost_packets(system.stack.site.postgres_port):
            assert set(askers.map(ask, range(REQUESTS))) == {503}
            ready = httpx.get(f"{system.stack.base_url}/healthz/ready", trust_env=False)
            assert ready.status_code == 503
    judge(system, upload, within=120)
