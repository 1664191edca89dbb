"""One running system for all tests that only send requests to it."""

from collections.abc import Iterator

import pytest

from local.ports import HOST
from local.stack import Stack
from tests.mails import Mailbox, serving
from tests.stacks import running


@pytest.fixture(scope="package")
def letterbox() -> Iterator[Mailbox]:
    """Run the mail server of the system."""
    letterbox = Mailbox()
    with serving(letterbox):
        yield letterbox


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, letterbox: Mailbox) -> Iterator[Stack]:
    """Run a system with a superuser and a mail server."""
    mails = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(letterbox.port)}
    with running(tmp_path_factory.mktemp("stack") / "data", **mails) as stack:
        yield stack
