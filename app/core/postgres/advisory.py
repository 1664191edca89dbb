"""Advisory locks of a connection, and signs of life of the process that holds one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import InterfaceError, OperationalError, connection

from core.postgres.session import own_session


@contextmanager
def advisory_lock(name: str) -> Iterator[bool]:
    """Yield whether the lock was free. PostgreSQL releases the lock of a dead process at once.

    The statements of the body use the session that holds the lock.
    """
    with own_session():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
            acquired = bool(cursor.fetchone() == (True,))
        try:
            yield acquired
        finally:
            if acquired:
                # The lock of a lost connection is released already.
                with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def show_life() -> None:
    """Send a query, because `recover` closes connections that hold a lock and are silent.

    The query bypasses Django and psycopg, so it is possible in and after any transaction. The next
    statement notices a lost connection.
    """
    if connection.connection is not None:
        with suppress(psycopg.Error):
            connection.connection.pgconn.exec_(b"SELECT 1")
