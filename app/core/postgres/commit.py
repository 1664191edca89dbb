"""A commit and something that PostgreSQL does not do, as close together as can be."""

from collections.abc import Callable
from contextlib import suppress
from select import POLLIN, poll

import psycopg
from django.db import OperationalError, connection
from django.db.transaction import TransactionManagementError
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn


class UnknownCommitError(OperationalError):
    """It was done, and whether the commit was is not known."""


def commit_and(act: Callable[[], object]) -> None:
    """Send the current transaction's COMMIT, `act`, and only then wait for PostgreSQL's answer.

    A process that is killed has done both or neither, but for the microseconds in between: what
    it has sent goes its way without it. To wait for the commit first would take milliseconds, in
    which PostgreSQL commits for who is dead. OperationalError: neither is done.
    """
    if connection.savepoint_ids or not connection.in_atomic_block:
        raise TransactionManagementError("call it in an outermost transaction")
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # who was frozen for long has lost the connection
    pgconn: PGconn = connection.connection.pgconn
    _send(pgconn, b"COMMIT")
    try:
        act()
    finally:
        committed = _is_done(pgconn)
    if not committed:
        raise UnknownCommitError("the connection was lost while it committed")


def _send(pgconn: PGconn, statement: bytes) -> None:
    with connection.wrap_database_errors:
        pgconn.send_query(statement)
        while pgconn.flush():
            pass


def _is_done(pgconn: PGconn) -> bool:
    """False also where the connection was lost. libpq's own waiting would hold up all threads."""
    answer = poll()
    answer.register(pgconn.socket, POLLIN)
    statuses = list[tuple[int, bytes | None]]()
    with suppress(psycopg.OperationalError):
        while True:
            while pgconn.is_busy():
                answer.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                break
            statuses.append((result.status, result.command_status))
    return statuses == [(ExecStatus.COMMAND_OK, b"COMMIT")]
