"""Each test has a system of its own, or one that others have left as it was."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.faults.shared import SharedSystem
from tests.faults.system import System, started

logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each question fills reports


class Start(Protocol):
    """Starts a system with so many processes that import, and these variables."""

    def __call__(self, *, workers: int = 2, **env: str) -> System:
        """Running."""


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems start hundreds of processes: to measure their coverage takes minutes."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """For systems that are not like all others."""
    with ExitStack() as stack:

        def start(*, workers: int = 2, **env: str) -> System:
            return stack.enter_context(started(tmp_path / "data", env=env, workers=workers))

        yield start


@pytest.fixture(scope="package")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedSystem]:
    """The system that the tests of this process have in turn."""
    shared = SharedSystem(tmp_path_factory.mktemp("shared"))
    yield shared
    shared.end()


@pytest.fixture
def system(shared_system: SharedSystem) -> Iterator[System]:
    """A system like all others."""
    with shared_system.lent() as system:
        yield system
