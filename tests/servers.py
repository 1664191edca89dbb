"""A pytest plugin: one real PostgreSQL and one Valkey for all test processes.

Loaded by `-p` before pytest-django reads the settings. The controlling process starts the servers;
xdist's workers inherit their addresses, and each takes logical databases and a folder of its own.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from local.stack import Stack

_REDIS_DATABASES_EACH = 3
_stack = pytest.StashKey[Stack]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers, or, in a worker, take a share of them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        stack = Stack(Path(tempfile.mkdtemp(prefix="accounts-tests-")))
        early_config.stash[_stack] = stack
        stack.open()
        stack.start_servers()
        os.environ.update(stack.env)
        os.environ["TESTS_MEDIA_ROOT"] = stack.env["MEDIA_ROOT"]
        os.environ["TESTS_REDIS_URL"] = stack.env["REDIS_URL"].removesuffix("/0")
    number = int((worker or "gw0").removeprefix("gw"))
    os.environ["MEDIA_ROOT"] = f"{os.environ['TESTS_MEDIA_ROOT']}/{worker or 'single'}"
    database = (number + 1) * _REDIS_DATABASES_EACH
    os.environ["REDIS_URL"] = f"{os.environ['TESTS_REDIS_URL']}/{database}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started."""
    stack = config.stash.get(_stack, None)
    if stack is not None:
        stack.stop()
        shutil.rmtree(stack.data)
