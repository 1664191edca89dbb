"""One running system for all tests that only send requests to it, and a proxy before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.ports import HOST
from local.stack import Stack
from tests.faults.load.proxy import proxied
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the proxy's files."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def url(stack: Stack, folder: Path) -> Iterator[str]:
    """Run the proxy and return its public URL."""
    long = f"https://{'frontend-' * 6}.staging.example.com:8443"
    origins = f"https://app.example.com, http://localhost:5173,https://app.example.com,{long}"
    with proxied(stack.base_url, folder, CORS_ALLOWED_ORIGINS=origins) as url:
        yield url
