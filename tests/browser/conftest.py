"""One running system and one Chromium for all tests of the console."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.ports import HOST
from local.stack import Stack
from tests.browser.visits import CHROMIUM, Visit, visiting
from tests.mails import Mailbox, serving
from tests.stacks import running

type Visits = Callable[..., Visit]


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


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Run Chromium. It has no sandbox, because root cannot have one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, stack: Stack) -> Iterator[Visits]:
    """Return a function that opens a browser window of its own, see `visiting`.

    At the end of the test each window must have been quiet: no error in its console, no report of
    the Content-Security-Policy, no request to another host.
    """
    with ExitStack() as windows:

        def open_window(**settings: Any) -> Visit:
            return windows.enter_context(visiting(chromium, stack.base_url, **settings))

        yield open_window
