"""Imports and `recover` tasks that run at the same time."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from local.errors import LocalError
from local.site import APP
from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING
from tests.faults.judge import assert_consistent, assert_only_503, judge
from tests.faults.system import System
from tests.oracle.reference import expected

logger = logging.getLogger(__name__)
ROWS = 5000
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
ACTIVITY = (
    "SELECT pid, application_name, state, wait_event, left(query, 60) FROM pg_stat_activity",
    "SELECT id, planned_at, finished_at, attempts, published_at FROM tasks_importjob",
    "SELECT job_id, number, state, attempts, started_at, published_at FROM tasks_importchunk",
)


@pytest.mark.parametrize("times", [3, pytest.param(5, marks=pytest.mark.long)])
@pytest.mark.parametrize("mode", [pytest.param("create", marks=pytest.mark.long), "upsert"])
def test_24_two_files_have_the_same_users_in_opposite_order(
    start: Start, mode: str, times: int
) -> None:
    """Several times, one loader is stopped in its COPY until the other waits for it.

    Each user is created once. In one of some hundred turns the other loader does not come while the
    first is stopped, for an unknown reason. Such a turn gets the same checks.
    """
    system = start(IMPORT_CHUNK_ROWS=str(ROWS), LOADER_STALL_SECONDS="60")
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    met, turn = 0, 0
    while met < times and turn < times + 2:
        met, turn = met + import_both_ways(system, mode, turn), turn + 1
    assert met == times
    assert system.number(deadlocks) == 0
    assert_only_503(system)


def import_both_ways(system: System, mode: str, turn: int) -> bool:
    """Import both files and return whether the loaders met."""
    data = system.people_file(ROWS, seed=turn, prefix=f"t{turn}x")
    header, *lines = data.splitlines(keepends=True)
    files = (data, header + b"".join(reversed(lines)))
    system.failpoints.arm(COPYING)
    with ThreadPoolExecutor(2) as uploaders:
        uploads = list(uploaders.map(lambda d: system.api.upload(d, mode=mode), files))
    first = system.failpoints.reached(COPYING)
    met = is_blocking_another(system)
    first.resume()
    documents = [system.api.await_end(upload) for upload in uploads]
    for upload, document in zip(uploads, documents, strict=True):
        assert_consistent(system, upload, document)
        assert document["status"] == "SUCCESS"
    users = set[str]().union(*(expected(file, {}, {}).users for file in files))
    assert sum(document["result"]["created"] for document in documents) == len(users)
    count = "SELECT count(*) FROM users_uc_user WHERE email ^@ %s"
    assert system.number(count, [f"t{turn}x"]) == len(users)
    return met


def is_blocking_another(system: System) -> bool:
    """Return whether another loader waits for this one; log the activity if not."""
    try:
        wait_until(lambda: system.number(WAITING) > 0, timeout=30, what="the loaders must meet")
    except LocalError as error:
        activity = [row for statement in ACTIVITY for row in system.rows(statement)]
        logger.warning("%s: %s", error, activity)
        return False
    return True


def test_27_four_recover_tasks_run_at_once(system: System) -> None:
    """Four `recover` tasks publish overdue work once. Beat, started later, completes it."""
    for name in ("beat", "worker", "worker-small"):
        system.stack.stop_process(name)
    upload = system.api.upload(system.people_file(ROWS))
    with system.redis() as redis:
        redis.flushall()
        a_minute_ago = "UPDATE tasks_importjob SET published_at = now() - interval '1 minute'"
        system.rows(a_minute_ago)
        with ThreadPoolExecutor(4) as recoverers:
            code = "from tasks.lifecycle.recover import recover; recover()"
            list(recoverers.map(system.shell, [code] * 4))
        assert redis.llen("imports") == 1
        redis.flushall()
    system.rows(a_minute_ago)
    system.stack.start(["worker", "worker-small", "beat"])
    judge(system, upload)


@contextmanager
def second_beat(system: System) -> Iterator[None]:
    """Run another beat beside that of the system, as on another machine."""
    data = system.stack.data
    command = (sys.executable, "-m", "celery", "--quiet", "-A", "core", "beat")
    log = data / "logs/second-beat.log"
    with log.open("wb") as output:
        beat = subprocess.Popen(
            [*command, "-s", str(data / "second-schedule"), "--pidfile="],
            cwd=APP, env={**system.stack.env, "PROCESS_ROLE": "beat"}, stdout=output, stderr=output,
        )  # fmt: skip
    publishes = lambda: "tasks.recover" in log.read_text()  # noqa: E731
    try:
        wait_until(publishes, timeout=60, what="the second beat must publish tasks")
        yield
    finally:
        beat.terminate()
        beat.wait(30)


def test_two_beats_recover_lost_work_once(system: System) -> None:
    with second_beat(system):
        system.stack.stop_process("worker")
        uploads = [system.api.upload(system.people_file(ROWS, prefix=f"n{n}x")) for n in range(3)]
        with system.redis() as redis:
            assert redis.delete("imports") == 1
        system.stack.start(["worker"])
        judge(system, *uploads)
    assert system.number("SELECT max(attempts) FROM tasks_importjob") == 1
    assert system.number("SELECT max(attempts) FROM tasks_importchunk") == 1
