"""Things that happen at the same time, on connections of their own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from local.waiting import wait_until

_PARAMETERS = {"host", "port", "dbname", "user", "password"}


def at_once[R](*calls: Callable[[], R]) -> list[R]:
    """The results of calls that begin together, each in a thread with its own connection."""
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
    """One more connection to the test's database; outside of `with` its transaction stays open."""
    given = connection.get_connection_params()
    params = {name: value for name, value in given.items() if name in _PARAMETERS}
    return psycopg.connect(**params, application_name=name, autocommit=autocommit)


def is_alive(other: psycopg.Connection[Any]) -> bool:
    """Whether PostgreSQL still has it."""
    with connection.cursor() as cursor:
        query = "SELECT FROM pg_stat_activity WHERE pid = %s"
        cursor.execute(query, [other.info.backend_pid])
        return cursor.fetchone() is not None


@contextmanager
def waiting_for(other: psycopg.Connection[Any], call: Callable[[], object]) -> Iterator[None]:
    """The body runs when `call`, in a thread, waits for a lock of `other`; then `other` commits."""

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    def waits() -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        with connection.cursor() as cursor:
            cursor.execute(query, [other.info.backend_pid])
            return bool(cursor.fetchone() == (1,))

    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(run)
        wait_until(waits, timeout=10, what="the call must wait for the other connection")
        yield
        other.commit()
        running.result(timeout=30)
