"""Waiting for PostgreSQL and for migrations, and migrating in one process at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

_MIGRATION_LOCK = 6_872_316_419_617_283_705
"""An arbitrary number, the same in every replica. No other advisory lock may use it."""

_POLL_SECONDS = 0.5


def _wait(is_done: Callable[[], bool], *, seconds: int, timeout_message: str) -> None:
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


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def wait_for_database(*, seconds: int) -> None:
    """Wait until PostgreSQL accepts a connection. Raises CommandError after `seconds`."""
    server = f"{connection.settings_dict['HOST']}:{connection.settings_dict['PORT']}"
    message = f"PostgreSQL at {server} did not accept a connection."
    _wait(_connects, seconds=seconds, timeout_message=message)


def persist(act: Callable[[], object], *, seconds: int) -> None:
    """Call `act` until PostgreSQL is available. Raises CommandError after `seconds`."""

    def is_done() -> bool:
        act()
        return True

    _wait(is_done, seconds=seconds, timeout_message="PostgreSQL is unavailable.")


def wait_for_migrations(*, seconds: int) -> None:
    """Wait until another process has applied all migrations of this version.

    Raises CommandError after `seconds`.
    """
    message = "Migrations are missing. Start a web process, which applies them."
    _wait(_is_migrated, seconds=seconds, timeout_message=message)


@contextmanager
def migration_lock() -> Iterator[None]:
    """Hold the advisory lock of migrations, one process at a time.

    PostgreSQL releases the lock when the connection ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
    try:
        yield
    finally:
        connection.close()
