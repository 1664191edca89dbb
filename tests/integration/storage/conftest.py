"""A storage of each kind."""

import pytest

from core.storage.base import FileStorage, file_storage
from tests.store_fixtures import bucket, prefix, store

__all__ = ["bucket", "prefix", "store"]


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest) -> FileStorage:
    """Return a storage of each kind in turn."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return file_storage()
