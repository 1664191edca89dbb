"""Systems for the tests of faults: a new one, or a shared one that is as new."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from tests.faults.shared import SharedSystem
from tests.faults.system import System, started

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs a line for each request


class Start(Protocol):
    """Starts a system with a number of Celery worker processes and environment variables."""

    def __call__(self, *, workers: int = 2, storage: str = "folder", **env: str) -> System:
        """Start the system and return it. Its files are in a folder, or in a store (s3)."""


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not measure the coverage of the hundreds of processes: it takes minutes."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts systems with settings of their own."""
    with ExitStack() as stack:

        def start(*, workers: int = 2, storage: str = "folder", **env: str) -> System:
            made = started(tmp_path / "data", env=env, workers=workers, s3=storage == "s3")
            return stack.enter_context(made)

        yield start


@pytest.fixture(scope="package")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedSystem]:
    """Return the system that the tests of this process share."""
    shared = SharedSystem(tmp_path_factory.mktemp("shared"), partial(started, env={}))
    yield shared
    shared.end()


@pytest.fixture
def system(shared_system: SharedSystem) -> Iterator[System]:
    """Lend the shared system, which has the default settings, to the test."""
    with shared_system.lent() as system:
        yield system
