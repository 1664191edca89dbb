"""Faults of Redis: restarts, kills, freezes, a full memory and lost data."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from core.redis import results_url
from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING
from tests.faults.judge import judge
from tests.faults.system import System
from tests.stacks import frozen

ROWS = 3000


def restart(system: System) -> None:
    system.stack.restart("valkey")


def kill(system: System) -> None:
    valkey = system.process("valkey")
    valkey.kill()
    is_back = lambda: system.stack.pid("valkey") not in {0, valkey.pid}  # noqa: E731
    wait_until(is_back, timeout=30, what="Valkey must be started again")
    system.stack.start(["valkey"])  # waits until Valkey answers


def await_consumers(system: System) -> None:
    """Wait until the Celery workers for large and for small files receive messages."""
    with system.redis() as redis:
        are_waiting = lambda: sum(one["cmd"] == "brpop" for one in redis.client_list()) >= 2  # noqa: E731
        wait_until(are_waiting, timeout=60, what="both Celery workers must wait for messages")


@pytest.mark.parametrize("times", [5, pytest.param(10, marks=pytest.mark.long)])
@pytest.mark.parametrize("how", [pytest.param(restart, marks=pytest.mark.long), kill])
def test_11_12_redis_is_restarted_or_killed_during_imports(
    start: Start, how: Callable[[System], None], times: int
) -> None:
    """Once for five imports."""
    system = start(IMPORT_MAX_WAITING="100")
    files = [system.people_file(60, seed=n, prefix=f"f{n}x") for n in range(5 * times)]
    with ThreadPoolExecutor(1) as uploader:
        sent = [uploader.submit(system.api.upload, data) for data in files]
        for number in range(times):
            wait_until(sent[number * 5].done, timeout=60, what="uploads must go on")
            how(system)
        uploads = [upload.result() for upload in sent]
    judge(system, *uploads, within=120)


def test_13_the_queue_is_lost(system: System) -> None:
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(ROWS))
    loader = system.failpoints.reached(COPYING)
    with system.redis() as redis:
        redis.flushall()
    loader.resume()
    judge(system, upload)


def test_14_redis_is_down_at_the_upload(system: System) -> None:
    system.stack.stop_process("valkey")
    taken = []
    uploads = []
    for number in range(3):
        before = time.monotonic()
        uploads.append(system.api.upload(system.people_file(100, prefix=f"n{number}x")))
        taken.append(time.monotonic() - before)
    assert min(taken) < 1
    system.stack.start(["valkey"])
    judge(system, *uploads)


def test_15_redis_is_frozen_for_30_seconds(system: System) -> None:
    uploads: list[Upload] = []
    with frozen(system.stack, "valkey"):
        thaw = time.monotonic() + 30
        while time.monotonic() < thaw:
            before = time.monotonic()
            data = system.people_file(100, prefix=f"n{len(uploads)}x")
            answer = system.api.send(data)
            assert time.monotonic() - before < 5
            assert answer.status_code in {202, 503}
            if answer.status_code == 202:
                uploads.append(Upload(data, answer.json()["status_url"]))
    assert uploads
    judge(system, *uploads)


@pytest.mark.parametrize("times", [20, pytest.param(50, marks=pytest.mark.long)])
def test_16_connections_to_redis_are_cut(system: System, times: int) -> None:
    await_consumers(system)
    uploads = []
    for number in range(times):
        uploads.append(system.api.upload(system.people_file(200, prefix=f"n{number}x")))
        with system.redis() as redis:
            redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    judge(system, *uploads)


def test_17_redis_is_full(system: System) -> None:
    with system.redis() as redis:
        redis.config_set("maxmemory", 1)
        upload = system.api.upload(system.people_file(ROWS))
        beat = system.stack.data / "logs" / "beat.log"
        is_refused = lambda: "'maxmemory'" in beat.read_text()  # noqa: E731
        wait_until(is_refused, timeout=60, what="Redis must reject new messages")
        assert system.api.status(upload)["status"] == "PENDING"
        redis.config_set("maxmemory", 0)
    judge(system, upload)
    assert system.number("SELECT max(attempts) FROM tasks_importchunk") == 1


@pytest.mark.parametrize("loss", ["gone", "wrong"])
def test_18_the_status_ignores_the_result_of_celery(system: System, loss: str) -> None:
    upload = system.api.upload(system.people_file(ROWS))
    document = system.api.await_end(upload)
    with Redis.from_url(results_url(system.stack.site.redis_url)) as results:
        key = f"celery-task-meta-{upload.job}"
        is_mirrored = lambda: bool(results.exists(key))  # noqa: E731
        wait_until(is_mirrored, timeout=10, what="the result must be mirrored")
        if loss == "gone":
            results.delete(key)
        else:
            results.set(key, '{"status": "FAILURE", "result": null, "traceback": null}')
    assert system.api.status(upload) == document
    judge(system, upload)
