"""Waiting for PostgreSQL."""

import time
from collections.abc import Callable
from typing import Final

from django.core.management import CommandError
from django.db import OperationalError, connection

_POLL_SECONDS: Final = 0.5


def wait(is_done: Callable[[], bool], *, seconds: int, timeout_message: str) -> None:
    """Return when `is_done()` is true. Raises CommandError with the last error after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        last_error = ""
        try:
            if is_done():
                return
        except OperationalError as error:
            last_error = f" {error}"
            connection.close()
        if time.monotonic() >= deadline:
            raise CommandError(f"{timeout_message} Waited {seconds} s.{last_error}")
        time.sleep(_POLL_SECONDS)


def _connects() -> bool:
    connection.ensure_connection()
    return True


def wait_for_database(*, seconds: int) -> None:
    """Wait until PostgreSQL accepts a connection. Raises CommandError after `seconds`."""
    server = f"{connection.settings_dict['HOST']}:{connection.settings_dict['PORT']}"
    message = f"PostgreSQL at {server} did not accept a connection."
    wait(_connects, seconds=seconds, timeout_message=message)


def persist(act: Callable[[], object], *, seconds: int) -> None:
    """Call `act`, again as long as PostgreSQL is unavailable.

    Raises CommandError after `seconds`.
    """

    def is_done() -> bool:
        act()
        return True

    wait(is_done, seconds=seconds, timeout_message="PostgreSQL is unavailable.")
