"""The pool of web processes: what it hands out works, and costs nothing to ask for."""

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
    """A connection like a web process's, on the tests' database."""
    with made({"min_size": 2, "max_size": 2}) as wrapper:
        yield wrapper


@contextmanager
def made(pool: dict[str, Any], **server: Any) -> Iterator[Any]:
    """A connection by such a pool, to the tests' database or another server."""
    options = {**connection.settings_dict["OPTIONS"], "pool": pool}
    settings = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "OPTIONS": options, **server}
    wrapper: Any = DatabaseWrapper({**connection.settings_dict, **settings}, alias="pooled")
    try:
        yield wrapper
    finally:
        wrapper.close()
        wrapper.close_pool()


def use(pooled: Any) -> Backend:
    """As a request does: take a connection, ask, give it back."""
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    pooled.close()
    return int(backend)


def end_all(backends: set[Backend]) -> None:
    """PostgreSQL ends them, as when it is restarted."""

    def are_gone() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [list(backends)]
            )
            return bool(cursor.fetchone() == (0,))

    with connection.cursor() as cursor:
        for backend in backends:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    wait_until(are_gone, timeout=10, what="the connections must end")


def test_connections_are_reused(pooled: Any) -> None:
    assert len({use(pooled) for _ in range(6)}) <= 2


def test_a_connection_terminated_by_the_server_is_not_handed_out(pooled: Any) -> None:
    before = {use(pooled) for _ in range(6)}
    end_all(before)
    after = {use(pooled) for _ in range(6)}  # an ended one would raise OperationalError
    assert not before & after


def test_connection_parameters_are_built_only_for_the_pool(pooled: Any) -> None:
    assert pooled.get_connection_params()["dbname"] == connection.settings_dict["NAME"]
    use(pooled)
    assert pooled.get_connection_params() == {}


def test_a_connection_terminated_in_use_raises_and_leaves_the_pool(pooled: Any) -> None:
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
        end_all({backend})
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
    pooled.close()
    assert use(pooled) != backend


@pytest.mark.django_db
def test_a_pool_stops_connecting_to_an_unavailable_server() -> None:
    """Not for a time that grows with the outage: the request after it is answered."""
    with made(sizing.POOL, HOST=HOST, PORT=free_port()) as pooled:
        with pytest.raises(OperationalError):
            pooled.ensure_connection()
        given_up = lambda: pooled.pool.get_stats()["pool_size"] == 0  # noqa: E731
        wait_until(given_up, timeout=20, what="connecting must be given up")
