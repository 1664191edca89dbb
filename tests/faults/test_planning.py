"""Planners that die or run out of memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event

import psutil
import pytest

from local.waiting import wait_until
from tests.faults.failpoints import kill
from tests.faults.judge import assert_consistent, assert_only_503, judge
from tests.faults.system import System


@pytest.mark.parametrize(
    ("place", "plans"),
    [("planning", 2), ("planned", 2), ("plan_committed", 1), ("finished", 1), ("wound_up", 1)],
)
def test_3_the_planner_dies(system: System, place: str, plans: int) -> None:
    """The planner dies before, in or after its transaction, or after publishing. Its files go."""
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(3000))
    kill(system.failpoints.reached(place))
    judge(system, upload)
    assert system.starts(upload.job) == plans
    is_swept = lambda: not system.plan_folders(upload.job)  # noqa: E731
    wait_until(is_swept, timeout=10, what="chunk files must go")


@contextmanager
def memory_limit(system: System, most: int) -> Iterator[None]:
    """Kill each process of the worker above `most` bytes, as the kernel does in a container."""
    worker, is_over = system.process("worker"), Event()

    def watch() -> None:
        while not is_over.wait(0.01):
            for child in worker.children():
                with suppress(psutil.NoSuchProcess):
                    if child.memory_info().rss > most:
                        child.kill()

    with ThreadPoolExecutor(1) as watcher:
        watching = watcher.submit(watch)
        try:
            yield
        finally:
            is_over.set()
        watching.result()


def test_5_planning_runs_out_of_memory(system: System) -> None:
    with memory_limit(system, 150_000_000):
        upload = system.api.upload(system.people_file(300_000))
        document = system.api.await_end(upload)
    assert (document["status"], document["error"]["code"]) == ("FAILURE", "attempts_exhausted")
    assert system.starts(upload.job) == 3 + 1  # the last start finds no attempt left
    assert_consistent(system, upload, document)
    assert_only_503(system)
    assert system.users() == {}
    judge(system, system.api.upload(system.people_file(3000)))
