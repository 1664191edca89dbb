"""The installations. Without Docker, or outside ./run_tests.sh --compose, nothing is collected."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.installation import ADMIN, PASSWORD, Installation, fresh_clone, installation

if not os.environ.get("COMPOSE_TESTS"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nobody has edited."""
    return fresh_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def running(clone: Path) -> Iterator[Installation]:
    """Built and up, by the documented command, with its first superuser."""
    with installation(clone, ADMIN_EMAIL=ADMIN, ADMIN_PASSWORD=PASSWORD) as running:
        running.up("--build")
        yield running
