"""Fixtures of tests whose files are in a store. Modules of fixtures import them."""

import uuid
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.store import Store, running_store


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Run a store for the tests of this process."""
    with running_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture
def prefix() -> str:
    """Return a prefix of keys that no other test has."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def bucket(store: Store, prefix: str, settings: Settings) -> None:
    """Keep all files of the test in a bucket."""
    settings.STORAGES = settings.STORAGES | store.settings(prefix)
