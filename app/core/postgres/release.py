"""The return of a request's connection before the request ends."""

from django.db import connection


def release_connection() -> None:
    """Return the connection to the pool until the next query, unless a transaction needs it."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
