"""Celery workers that are killed or stopped with all their processes."""

import signal
from random import Random

import psutil
import pytest

from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.conftest import Start
from tests.faults.judge import judge
from tests.faults.seed import rng_for
from tests.faults.system import System

DONE = "SELECT count(*) FROM tasks_importchunk WHERE state = 'done'"
OPEN = "SELECT count(*) FROM tasks_importchunk WHERE state = 'open'"
UNDER_WAY = "SELECT count(*) FROM tasks_importjob WHERE finished_at IS NULL"
DONE_CHUNKS = "SELECT number FROM tasks_importchunk WHERE state = 'done'"
ATTEMPTS = """
    SELECT max(attempts) FROM (
        SELECT attempts FROM tasks_importjob UNION ALL SELECT attempts FROM tasks_importchunk)
"""


def test_4_a_killed_worker_resumes_within_60_seconds(start: Start) -> None:
    """The intervals are those of production. Chunks that are done are not started again."""
    system = start(
        RECOVER_AFTER_SECONDS="30", RECOVER_EVERY_SECONDS="10", LOADER_STALL_SECONDS="30"
    )
    upload = system.api.upload(system.people_file(40_000))
    wait_until(lambda: system.number(DONE) > 20, timeout=60, what="some chunks must be done")
    system.kill_group("worker")
    done = [number for (number,) in system.rows(DONE_CHUNKS)]
    assert system.number(OPEN) > 0
    judge(system, upload, within=60)
    assert {system.starts(upload.job, number) for number in done} == {1}


@pytest.mark.parametrize(
    ("how", "turns"),
    [
        pytest.param(signal.SIGTERM, 1, id="warm"),
        pytest.param(signal.SIGTERM, 3, id="warm-long", marks=pytest.mark.long),
        pytest.param(signal.SIGQUIT, 3, id="cold-long", marks=pytest.mark.long),
    ],
)
def test_6_workers_are_stopped_at_random_moments(
    start: Start, how: signal.Signals, turns: int
) -> None:
    """Both workers stop at once, several times. No stop spends an attempt."""
    system = start(workers=1, IMPORT_SMALL_FILE_SIZE="175000", IMPORT_CHUNK_ROWS="50")
    rng = rng_for(f"stops by {how}")
    uploads: list[Upload] = []
    hung = 0
    for turn in range(turns):
        if system.number(UNDER_WAY) < 2:
            for rows in (2000, 4000):  # one file for each of the two workers
                data = system.people_file(rows, seed=turn, prefix=f"s{turn}r{rows}")
                uploads.append(system.api.upload(data))
        hung += _stop_both(system, how, rng)
    assert hung <= 1
    judge(system, *uploads, within=120)
    assert system.number(ATTEMPTS) == 1


def _stop_both(system: System, how: signal.Signals, rng: Random) -> int:
    """Stop both workers at a random moment; return how many had to be killed after 60 s."""
    workers = {name: system.process(name) for name in ("worker", "worker-small")}
    for worker in workers.values():
        has_children = lambda worker=worker: bool(worker.children())  # noqa: E731
        wait_until(has_children, timeout=30, what="the worker must have processes")
    more = system.number(DONE) + rng.randrange(30)
    at_work = lambda: system.number(DONE) >= more or not system.number(OPEN)  # noqa: E731
    wait_until(at_work, timeout=60, what="chunks must be done", poll=0.05)
    for worker in workers.values():
        worker.send_signal(how)
    _, alive = psutil.wait_procs(workers.values(), timeout=60)
    for name, worker in workers.items():
        if worker in alive:
            system.kill_group(name)
    return len(alive)
