"""The return of a connection in the middle of a request."""

from django.db import close_old_connections, connection


def release_connection() -> None:
    """Return the connection to the pool, unless a transaction is open."""
    if not connection.in_atomic_block:
        close_old_connections()
