"""A system that hostile things are sent to, and that must be afterwards as it was before."""

import shutil
from collections.abc import Iterator

import psutil
import pytest

from benchmarks.peaks import Peaks
from local.stack import Stack
from local.users_file import write_users
from tests.faults.api import Api
from tests.stacks import numbers, running

PROGRAMS = ("web", "worker", "worker-small", "beat")
GROWTH, MOST = 150, 480
"""Megabytes of a process: what it may keep, and what it may ever have had."""

type Megabytes = dict[int, float]
"""By the process id."""


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Its processes, their memory, its disk and its queue are looked at when all tests are done."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    with running(data, MAX_UPLOAD_SIZE="1200000000") as stack:
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
    """The superuser's client."""
    api = Api(stack.base_url)
    yield api
    api.close()


def ordinary_imports(stack: Stack, *, prefix: str) -> None:
    """A small file and a large one, all of whose people are there at the end."""
    api = Api(stack.base_url)
    for rows in (300, 120_000):
        path = stack.data / "people.csv"
        written = write_users(path, rows, prefix=f"{prefix}{rows}")
        document = api.await_end(api.upload(path.read_bytes()))
        assert document["result"]["created"] == written.valid
    api.close()


def memory(stack: Stack) -> Megabytes:
    """Of all processes that answer and work, in residence now."""
    return {
        process.pid: process.memory_info().rss / 1e6
        for name in PROGRAMS
        for top in [psutil.Process(stack.pid(name))]
        for process in (top, *top.children(recursive=True))
    }


def peaks(stack: Stack) -> dict[str, float]:
    """Of those that have ever had too much."""
    peaks = Peaks()
    peaks.sample({name: stack.pid(name) for name in PROGRAMS})
    return {name: most for name, most in peaks.megabytes.items() if most > MOST}


def assert_nothing_is_left_of_refused_files(stack: Stack) -> None:
    """No partial file, no folder without its job, no chunk file, and no job that hangs."""
    media = stack.data / "media"
    assert list((media / "incoming").iterdir()) == []
    folders = list((media / "imports").iterdir())
    assert numbers(stack, "SELECT count(*), count(finished_at) FROM tasks_importjob") == (
        len(folders),
        len(folders),
    )
    assert [path for folder in folders for path in folder.iterdir() if path.is_dir()] == []
