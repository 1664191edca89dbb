"""Each test has a system of its own, a copy of one that was prepared."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.faults.system import System, make_template, started

logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each question fills reports


class Start(Protocol):
    """Starts a system with so many processes that import, and these variables."""

    def __call__(self, *, workers: int = 2, **env: str) -> System:
        """Running."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that is ready to be started."""
    data = tmp_path_factory.mktemp("template") / "data"
    make_template(data)
    return data


@pytest.fixture
def start(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """For systems that are not like all others."""
    # They start hundreds of processes; to measure these too takes minutes and shows nothing more.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    with ExitStack() as stack:

        def start(*, workers: int = 2, **env: str) -> System:
            return stack.enter_context(
                started(template, tmp_path / "data", env=env, workers=workers)
            )

        yield start


@pytest.fixture
def system(start: Callable[[], System]) -> System:
    """A system like all others."""
    return start()
