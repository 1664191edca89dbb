"""What a process does with PostgreSQL before it starts to work: wait, and migrate alone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

_MIGRATION_LOCK = 6_872_316_419_617_283_705
"""Any number, the same in every replica; not used for anything else in the database."""

_POLL_SECONDS = 0.5


def _wait(is_done: Callable[[], bool], *, seconds: int, what: str) -> None:
    """Return when it is done; CommandError, with the last fault, when it is not within the time."""
    deadline = time.monotonic() + seconds
    while True:
        fault = ""
        try:
            if is_done():
                return
        except OperationalError as error:
            fault = f" {error}"
            connection.close()
        if time.monotonic() >= deadline:
            raise CommandError(f"Waited {seconds} s in vain: {what}.{fault}")
        time.sleep(_POLL_SECONDS)


def _connects() -> bool:
    connection.ensure_connection()
    return True


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def wait_for_database(*, seconds: int) -> None:
    """Until PostgreSQL lets us in."""
    server = f"{connection.settings_dict['HOST']}:{connection.settings_dict['PORT']}"
    _wait(_connects, seconds=seconds, what=f"PostgreSQL at {server} must take our connection")


def wait_for_migrations(*, seconds: int) -> None:
    """Until somebody else has applied all that this version knows."""
    _wait(_is_migrated, seconds=seconds, what="a web process must apply the migrations")


@contextmanager
def migrating_alone() -> Iterator[None]:
    """One replica at a time; the lock ends with its session, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
    try:
        yield
    finally:
        connection.close()
