"""A system for hostile files and requests, which must be the same after all tests."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest

from benchmarks.peaks import Peaks
from local.stack import Stack
from local.users_file import write_users
from tests.faults.api import Api
from tests.stacks import numbers, running

PROGRAMS = ("web", "worker", "worker-small", "worker-mail", "beat")
GROWTH, MOST = 150, 480
"""The limits of a process in megabytes: the growth over all tests, and the peak."""

type Megabytes = dict[int, float]
"""Megabytes by process id."""


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run a system and check its processes, memory, disk and queue after all tests."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    with ExitStack() as started:
        with pytest.MonkeyPatch.context() as environment:
            # The limits are those of the service, without the memory that coverage takes.
            environment.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            stack = started.enter_context(running(data, MAX_UPLOAD_SIZE="1200000000"))
        ordinary_imports(stack, prefix="before")
        before = memory(stack)
        yield stack
        ordinary_imports(stack, prefix="after")
        assert_nothing_is_left_of_refused_files(stack)
        after = memory(stack)
        assert after.keys() == before.keys()
        assert [pid for pid in before if after[pid] - before[pid] > GROWTH] == []
        assert peaks(stack) == {}
    shutil.rmtree(data)


@pytest.fixture(scope="package")
def api(stack: Stack) -> Iterator[Api]:
    """Return a client of the superuser."""
    api = Api(stack.base_url)
    yield api
    api.close()


def ordinary_imports(stack: Stack, *, prefix: str) -> None:
    """Import a small and a large file and check that all users are created."""
    api = Api(stack.base_url)
    for rows in (300, 120_000):
        path = stack.data / "people.csv"
        written = write_users(path, rows, prefix=f"{prefix}{rows}")
        document = api.await_end(api.upload(path.read_bytes()))
        assert document["result"]["created"] == written.valid
    api.close()


def memory(stack: Stack) -> Megabytes:
    """Return the resident memory of all web and Celery processes."""
    return {
        process.pid: process.memory_info().rss / 1e6
        for name in PROGRAMS
        for top in [psutil.Process(stack.pid(name))]
        for process in (top, *top.children(recursive=True))
    }


def peaks(stack: Stack) -> dict[str, float]:
    """Return the peaks above the limit."""
    peaks = Peaks()
    peaks.sample({name: stack.pid(name) for name in PROGRAMS})
    return {name: most for name, most in peaks.megabytes.items() if most > MOST}


def assert_nothing_is_left_of_refused_files(stack: Stack) -> None:
    """Check that there is no partial file, orphaned folder, chunk file or unfinished job."""
    media = stack.data / "media"
    assert list((media / "incoming").iterdir()) == []
    folders = list((media / "imports").iterdir())
    assert numbers(stack, "SELECT count(*), count(finished_at) FROM tasks_importjob") == (
        len(folders),
        len(folders),
    )
    chunks = [path for folder in folders for path in folder.glob("*/*.arrow")]
    assert chunks == []
