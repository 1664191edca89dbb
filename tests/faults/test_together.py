"""Imports, and recoverers, that meet."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING
from tests.faults.judge import agree, judge, only_503
from tests.faults.system import System
from tests.oracle.reference import expected

ROWS = 5000


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_24_the_same_people_in_opposite_order_at_once(start: Start, mode: str) -> None:
    """Five times one stands in its COPY until the other waits for it; each person is new once."""
    system = start(IMPORT_CHUNK_ROWS=str(ROWS), LOADER_STALL_SECONDS="60")
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for turn in range(5):
        data = system.people_file(ROWS, seed=turn, prefix=f"t{turn}x")
        header, *lines = data.splitlines(keepends=True)
        backwards = header + b"".join(reversed(lines))
        system.failpoints.arm(COPYING)
        with ThreadPoolExecutor(2) as uploaders:
            files = (data, backwards)
            uploads = list(uploaders.map(lambda d: system.api.upload(d, mode=mode), files))
        first = system.failpoints.reached(COPYING)
        wait_until(lambda: system.number(waiting) > 0, timeout=30, what="they must meet")
        first.resume()
        documents = [system.api.ended(upload) for upload in uploads]
        for upload, document in zip(uploads, documents, strict=True):
            agree(system, upload, document)
            assert document["status"] == "SUCCESS"
        people = expected(data, {}, {}).people.keys() | expected(backwards, {}, {}).people.keys()
        assert sum(document["result"]["created"] for document in documents) == len(people)
        have = "SELECT count(*) FROM users_uc_user WHERE email ^@ %s"
        assert system.number(have, [f"t{turn}x"]) == len(people)
    assert system.number(deadlocks) == 0
    only_503(system)


def test_27_recoverers_race(system: System) -> None:
    """Four at once publish what is overdue once; and beat, back after a while, has it finished."""
    for name in ("beat", "worker", "worker-small"):
        system.stack.stop_process(name)
    upload = system.api.upload(system.people_file(ROWS))
    with system.redis() as redis:
        redis.flushall()
        a_minute_ago = "UPDATE tasks_importjob SET published_at = now() - interval '1 minute'"
        system.rows(a_minute_ago)
        with ThreadPoolExecutor(4) as recoverers:
            code = "from tasks.pipeline.recover import recover; recover()"
            list(recoverers.map(system.shell, [code] * 4))
        assert redis.llen("imports") == 1
        redis.flushall()
    system.rows(a_minute_ago)
    system.stack.start(["worker", "worker-small", "beat"])
    judge(system, upload)
