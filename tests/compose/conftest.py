"""Fixtures of the installation. Only ./run_tests.sh --compose collects these tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.installation import ADMIN, PASSWORD, Installation, fresh_clone, installation

if not os.environ.get("COMPOSE_TESTS"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an unchanged copy of the repository."""
    return fresh_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def running(clone: Path) -> Iterator[Installation]:
    """Build and start an installation with a superuser by the documented command."""
    with installation(clone, ADMIN_EMAIL=ADMIN, ADMIN_PASSWORD=PASSWORD) as running:
        running.up("--build")
        yield running
