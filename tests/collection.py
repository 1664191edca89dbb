"""A pytest plugin: the seeds of a run, and the ids and the order of its tests."""

import gc
import os
import secrets
from pathlib import Path

import hypothesis
import pytest

SEEDS = ("FUZZ_SEED", "FAULT_SEED")
LONG_TESTS = Path(__file__).parent / "faults"
LONGEST_VALUE_IN_ID = 40


def pytest_configure() -> None:
    """Set the seeds of tests/fuzz and tests/faults for all processes of a run."""
    for name in SEEDS:
        os.environ.setdefault(name, str(secrets.randbelow(10**9)))
    # The machine is shared, so the duration of an example means nothing.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")


def pytest_report_header() -> str:
    """Print the seeds, so that a run can be repeated."""
    return " ".join(f"{name}={os.environ[name]}" for name in SEEDS)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Shorten a long value in the id of a test: ids travel between the processes of a run."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_VALUE_IN_ID:
        return f"{val[:LONGEST_VALUE_IN_ID]!r} and more, {len(val)} in all"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, so that the short tests fill the end of a parallel run.

    Tests that share a system stay together, in the order of their files: the last one of a module
    may stop it. pytest-randomly has shuffled all tests before.
    """
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """Hide modules and tests from the garbage collector, which would visit them again and again."""
    gc.freeze()


def _place(item: pytest.Item) -> tuple[int, str, int]:
    if item.get_closest_marker("xdist_group"):
        return 0, str(item.path), item.location[1] or 0
    return (1 if LONG_TESTS in item.path.parents else 2), "", 0
