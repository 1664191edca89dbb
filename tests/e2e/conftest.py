"""One running system for all tests that only talk to it."""

from collections.abc import Iterator

import pytest

from local.stack import Stack
from tests.stacks import running


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With its superuser."""
    with running(tmp_path_factory.mktemp("stack") / "data") as stack:
        yield stack
