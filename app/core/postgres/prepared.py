"""Statements that PostgreSQL parses and plans once a connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Connection


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """For statements that have the same best plan whatever their values are, and for no others.

    After some uses PostgreSQL may keep a plan that is made without the values: one that is good
    for a common value walks through a whole table in search of a rare one.
    """
    with connection.cursor() as cursor:
        server = cast("Connection", connection.connection)
        server.prepare_threshold = 0
        try:
            yield cursor
        finally:
            server.prepare_threshold = None
