"""Helpers for concurrent calls and database connections."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from local.waiting import wait_until

_PARAMETERS = {"host", "port", "dbname", "user", "password"}


def run_concurrently[R](*calls: Callable[[], R]) -> list[R]:
    """Call the functions at the same moment, each in its own thread and connection.

    Return their results in the same order.
    """
    barrier = threading.Barrier(len(calls))

    def run_one(call: Callable[[], R]) -> R:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as executor:
        return list(executor.map(run_one, calls))


def other_connection(*, autocommit: bool = False, name: str = "other") -> psycopg.Connection[Any]:
    """Connect to the test database once more; the caller closes the connection or uses `with`."""
    own = connection.get_connection_params()
    params = {name: value for name, value in own.items() if name in _PARAMETERS}
    return psycopg.connect(**params, application_name=name, autocommit=autocommit)


def is_alive(other: psycopg.Connection[Any]) -> bool:
    """Return whether PostgreSQL still has this connection."""
    with connection.cursor() as cursor:
        query = "SELECT FROM pg_stat_activity WHERE pid = %s"
        cursor.execute(query, [other.info.backend_pid])
        return cursor.fetchone() is not None


@contextmanager
def while_blocked_by(other: psycopg.Connection[Any], call: Callable[[], object]) -> Iterator[None]:
    """Run `call` in a thread and enter the block once it waits for a lock of `other`.

    After the block, commit `other` and wait until the call has returned.
    """

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    def is_blocked() -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        with connection.cursor() as cursor:
            cursor.execute(query, [other.info.backend_pid])
            return bool(cursor.fetchone() == (1,))

    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(run)
        wait_until(is_blocked, timeout=10, what="the call must wait for the lock")
        yield
        other.commit()
        future.result(timeout=30)
