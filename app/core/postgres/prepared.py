"""Statements that PostgreSQL parses and plans once for each connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg import Connection
from psycopg.errors import FeatureNotSupported

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
"""Django's function that executes one statement."""


def is_outdated_plan(error: BaseException | None) -> bool:
    """Return whether a migration has changed the type of a column of a prepared statement.

    The code of the error has other meanings too, and its message is translated. So the name of
    PostgreSQL's function tells.
    """
    if not isinstance(error, FeatureNotSupported):
        return False
    return error.diag.source_function == "RevalidateCachedQuery"


def _prepare_again(
    execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute a statement, and execute it again if the types of its columns have changed.

    PostgreSQL does not prepare such a statement again by itself, and psycopg would keep sending it.
    In a transaction there is no second time, but the rollback makes psycopg forget its statements.
    """
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        if connection.in_atomic_block or not is_outdated_plan(error.__cause__):
            raise
        cast("Connection", connection.connection).execute("DEALLOCATE ALL", prepare=False)
        return execute(sql, params, many, context)


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
            with connection.execute_wrapper(_prepare_again):
                yield cursor
        finally:
            driver_connection.prepare_threshold = None
