"""Waiting for migrations, and migrating in one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.postgres.waiting import wait

_MIGRATION_LOCK = 6_872_316_419_617_283_705
"""An arbitrary number, the same in every replica. No other advisory lock may use it."""


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def wait_for_migrations(*, seconds: int) -> None:
    """Wait until another process has applied all migrations of this version.

    Raises CommandError after `seconds`.
    """
    message = "Migrations are missing. Start a web process, which applies them."
    wait(_is_migrated, seconds=seconds, timeout_message=message)


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
