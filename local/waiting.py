"""Polling."""

import time
from collections.abc import Callable

from local.errors import LocalError

POLL_SECONDS = 0.1


def wait_until(
    condition: Callable[[], bool], *, timeout: float, what: str, poll: float = POLL_SECONDS
) -> None:
    """Return when the condition holds. LocalError after `timeout` seconds.

    `what` says what must happen, for the error message.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() >= deadline:
            raise LocalError(f"timeout after {timeout:g} s: {what}")
        time.sleep(poll)
