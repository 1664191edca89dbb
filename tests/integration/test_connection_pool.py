"""The connection pool of the web workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.postgres.base import DatabaseWrapper
from core.server import sizing
from local.ports import HOST, free_port
from local.waiting import wait_until

type Backend = int


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[Any]:
    """Yield a connection like that of a web worker, to the test database."""
    with open_pool({"min_size": 2, "max_size": 2}) as wrapper:
        yield wrapper


@contextmanager
def open_pool(pool: dict[str, Any], **database: Any) -> Iterator[Any]:
    """Yield a connection from such a pool; keyword arguments replace database settings."""
    options = {**connection.settings_dict["OPTIONS"], "pool": pool}
    settings = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "OPTIONS": options, **database}
    wrapper: Any = DatabaseWrapper({**connection.settings_dict, **settings}, alias="pooled")
    try:
        yield wrapper
    finally:
        wrapper.close()
        wrapper.close_pool()


def run_query(pooled: Any) -> Backend:
    """Run a query as a request does, close the connection and return its process id."""
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    pooled.close()
    return int(backend)


def terminate(backends: set[Backend]) -> None:
    """Terminate these connections, as a restart of PostgreSQL does."""

    def are_terminated() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [list(backends)]
            )
            return bool(cursor.fetchone() == (0,))

    with connection.cursor() as cursor:
        for backend in backends:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    wait_until(are_terminated, timeout=10, what="PostgreSQL must terminate the connections")


def test_connections_are_reused(pooled: Any) -> None:
    assert len({run_query(pooled) for _ in range(6)}) <= 2


def test_a_connection_terminated_by_the_server_is_not_handed_out(pooled: Any) -> None:
    before = {run_query(pooled) for _ in range(6)}
    terminate(before)
    after = {run_query(pooled) for _ in range(6)}  # a terminated one would raise
    assert not before & after


def test_connection_parameters_are_built_only_for_the_pool(pooled: Any) -> None:
    assert pooled.get_connection_params()["dbname"] == connection.settings_dict["NAME"]
    run_query(pooled)
    assert pooled.get_connection_params() == {}


def test_a_connection_terminated_in_use_raises_and_leaves_the_pool(pooled: Any) -> None:
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
        terminate({backend})
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
    pooled.close()
    assert run_query(pooled) != backend


@pytest.mark.django_db
def test_a_pool_stops_connecting_to_an_unavailable_server() -> None:
    """A growing delay would outlast the outage: the next request has to connect anew."""
    with open_pool(sizing.POOL, HOST=HOST, PORT=free_port()) as pooled:
        with pytest.raises(OperationalError):
            pooled.ensure_connection()
        has_stopped = lambda: pooled.pool.get_stats()["pool_size"] == 0  # noqa: E731
        wait_until(has_stopped, timeout=20, what="the pool must stop connecting")
