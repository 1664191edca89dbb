"""A pytest plugin: one real PostgreSQL and one Valkey for all test processes.

Loaded by `-p` before pytest-django reads the settings. The controlling process starts the servers.
The workers of xdist inherit their addresses; each has its own logical databases and folder.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from local.stack import Stack

DATABASES_EACH = 3
"""Logical databases of Valkey for each test process: queue, results and cache."""

HS256 = {"JWT_PRIVATE_KEY": ""}
"""Tests sign tokens as earlier versions do. The systems that they start have a private key."""

_stack = pytest.StashKey[Stack]()

NOT_DURABLE = "fsync = off\nfull_page_writes = off\n"
"""Settings of PostgreSQL for tests that do not depend on durability."""


def without_durability(data: Path) -> None:
    """Let PostgreSQL not wait for the disk. The stack must be open and not started yet."""
    with (data / "postgres" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(NOT_DURABLE)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers, or configure the share of a worker of xdist."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        stack = Stack(Path(tempfile.mkdtemp(prefix="accounts-tests-")), extra_env=HS256)
        early_config.stash[_stack] = stack
        stack.open()
        without_durability(stack.data)
        stack.start_servers()
        os.environ.update(stack.env)
        os.environ["TESTS_FOLDER"] = str(stack.data)
        os.environ["TESTS_MEDIA_ROOT"] = stack.env["MEDIA_ROOT"]
        os.environ["TESTS_REDIS_URL"] = stack.env["REDIS_URL"].removesuffix("/0")
    number = int((worker or "gw0").removeprefix("gw"))
    os.environ["MEDIA_ROOT"] = f"{os.environ['TESTS_MEDIA_ROOT']}/{worker or 'single'}"
    database = (number + 1) * DATABASES_EACH
    os.environ["REDIS_URL"] = f"{os.environ['TESTS_REDIS_URL']}/{database}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and remove their data."""
    stack = config.stash.get(_stack, None)
    if stack is not None:
        stack.stop()
        shutil.rmtree(stack.data)
