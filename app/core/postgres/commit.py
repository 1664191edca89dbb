"""A commit together with an action outside of PostgreSQL."""

from collections.abc import Callable
from contextlib import suppress
from select import POLLIN, poll

import psycopg
from django.db import OperationalError, connection
from django.db.transaction import TransactionManagementError
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from core.failpoints import failpoint


class UnknownCommitError(OperationalError):
    """A commit whose result is unknown, after an action that was done."""


def commit_and(act: Callable[[], object]) -> None:
    """Send the COMMIT of the current transaction, call `act`, then wait for PostgreSQL's answer.

    A process that is killed has done both or neither, except for the microseconds between the two:
    PostgreSQL completes a commit that it has received. Waiting for the commit first would take
    milliseconds, and a process killed in that time would have committed without `act`.

    Raises OperationalError if neither is done, and UnknownCommitError if the connection is lost
    after `act`.
    """
    if connection.savepoint_ids or not connection.in_atomic_block:
        raise TransactionManagementError("commit_and() must be called in an outermost transaction.")
    failpoint("committing")
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # a process that was frozen has lost the connection
    pgconn: PGconn = connection.connection.pgconn
    _send(pgconn, b"COMMIT")
    try:
        act()
    finally:
        committed = _is_committed(pgconn)
    if not committed:
        raise UnknownCommitError("The connection was lost during the commit.")


def close_if_lost() -> None:
    """Close a lost connection, so that the end of `atomic()` does not use it.

    `atomic()` would connect again, and an error of that would replace the exception of its body.
    """
    if connection.connection is not None and connection.connection.broken:
        connection.close()


def _send(pgconn: PGconn, statement: bytes) -> None:
    with connection.wrap_database_errors:
        pgconn.send_query(statement)
        while pgconn.flush():
            pass


def _is_committed(pgconn: PGconn) -> bool:
    """Wait for the commit and return whether PostgreSQL confirmed it.

    libpq's own waiting would block all threads.
    """
    poller = poll()
    poller.register(pgconn.socket, POLLIN)
    statuses = list[tuple[int, bytes | None]]()
    with suppress(psycopg.OperationalError):
        while True:
            while pgconn.is_busy():
                poller.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                break
            statuses.append((result.status, result.command_status))
    return statuses == [(ExecStatus.COMMAND_OK, b"COMMIT")]
