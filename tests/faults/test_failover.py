"""A PostgreSQL that dies during imports, and its standby that takes over."""

import sys
import time
from pathlib import Path

import httpx
import pytest

from local.waiting import wait_until
from tests.faults.judge import judge
from tests.faults.replicated import promote, replicated
from tests.faults.seed import rng_for
from tests.faults.system import System

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux listens on 127.0.0.2 without a setup"
)
ROWS = 4000
DONE = "SELECT count(*) FROM tasks_importchunk WHERE state = 'done'"
UNFINISHED = "SELECT count(*) FROM tasks_importjob WHERE finished_at IS NULL"
CHUNKS = "SELECT count(*) FROM tasks_importchunk"
ENDED = "SELECT status FROM tasks_importjob"


def is_ready(system: System) -> bool:
    """Return whether the web server is ready. If not, PostgreSQL must be its only reason."""
    answer = httpx.get(f"{system.stack.base_url}/healthz/ready", timeout=10, trust_env=False)
    if answer.status_code == 503:
        assert list(answer.json()["failing"]) == ["database"]
    return answer.status_code == 200


def take_over(system: System) -> None:
    """Promote the standby and wait until the web server uses it."""
    assert not is_ready(system)
    promote(system)
    wait_until(lambda: is_ready(system), timeout=30, what="the web server must be ready")


def test_a_synchronous_standby_takes_over_during_imports(tmp_path: Path) -> None:
    with replicated(tmp_path / "data", synchronous=True) as (system, primary):
        existing = system.api.upload(system.people_file(ROWS, prefix="old"))
        system.api.await_end(existing)
        uploads = [
            system.api.upload(system.people_file(ROWS, seed=2, prefix="old"), mode="upsert"),
            system.api.upload(system.people_file(ROWS, prefix="new")),
        ]
        more = primary.number(DONE) + rng_for("failover").randrange(1, 8)
        wait_until(lambda: primary.number(DONE) >= more, timeout=60, what="chunks must be done")
        uploads.append(system.api.upload(system.people_file(ROWS, prefix="last")))
        primary.crash()
        assert system.number(UNFINISHED) >= 1
        promoted = time.monotonic()
        take_over(system)
        for upload in uploads:
            system.api.await_end(upload)
        assert time.monotonic() - promoted < 60
        judge(system, existing, *uploads)


@pytest.mark.long
def test_an_asynchronous_standby_takes_over_without_the_last_import(tmp_path: Path) -> None:
    with replicated(tmp_path / "data", synchronous=False) as (system, primary):
        kept = system.api.upload(system.people_file(500, prefix="kept"))
        system.api.await_end(kept)
        wait_until(
            lambda: system.rows(ENDED) == [("SUCCESS",)],
            timeout=30,
            what="the standby must have it",
        )
        system.stack.stop_process("postgres")
        lost = system.api.upload(system.people_file(500, prefix="lost"))
        assert system.api.await_end(lost)["status"] == "SUCCESS"
        primary.crash()
        system.stack.start(["postgres"])
        take_over(system)
        assert system.api.ask("GET", lost.url).status_code == 404
        again = system.api.upload(lost.data)
        judge(system, kept, again)


@pytest.mark.long
def test_an_asynchronous_standby_imports_again_whose_end_it_lacks(tmp_path: Path) -> None:
    with replicated(tmp_path / "data", synchronous=False) as (system, primary):
        system.failpoints.arm("loading")
        upload = system.api.upload(system.people_file(ROWS))
        loader = system.failpoints.reached("loading")
        planned = primary.number(CHUNKS)
        wait_until(
            lambda: system.number(CHUNKS) == planned, timeout=30, what="the standby must have it"
        )
        system.stack.stop_process("postgres")
        loader.resume()
        assert system.api.await_end(upload)["status"] == "SUCCESS"
        primary.crash()
        system.stack.start(["postgres"])
        assert system.number(UNFINISHED) == 1
        take_over(system)
        judge(system, upload)
