"""Statements that PostgreSQL parses and plans once for each connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Connection


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor whose statements are prepared.

    Use it only for statements with the same best plan for all values. After some executions
    PostgreSQL may keep a generic plan, and a plan that suits a common value can scan a whole table
    in search of a rare one.

    Behind a pooler nothing is prepared: the next transaction may have another connection.
    """
    with connection.cursor() as cursor:
        if settings.DB_POOLER != "none":
            yield cursor
            return
        driver_connection = cast("Connection", connection.connection)
        driver_connection.prepare_threshold = 0
        try:
            yield cursor
        finally:
            driver_connection.prepare_threshold = None
