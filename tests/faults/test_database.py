"""Faults of PostgreSQL: cut connections, no free connection, crashes, freezes, read-only mode."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import psycopg
import pytest

from local.waiting import wait_until
from tests.faults.failpoints import COPYING
from tests.faults.judge import judge
from tests.faults.seed import rng_for
from tests.faults.system import System
from tests.stacks import frozen

ROWS = 3000
type Connection = psycopg.Connection[tuple[object, ...]]
END_ALL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name LIKE 'accounts-%' AND backend_type = 'client backend'
"""
WRITING = "-c default_transaction_read_only=off"
ATTEMPTS = "SELECT max(attempts) FROM tasks_importchunk"
DONE = "SELECT count(*) FROM tasks_importchunk WHERE state = 'done'"


@pytest.mark.parametrize(
    "place",
    ["planning", "planned", "plan_committed", "loading", COPYING, "loaded", "load_committed",
     "finishing", "finished", "wound_up"],
)  # fmt: skip
def test_21_the_connection_is_cut(system: System, place: str) -> None:
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(ROWS))
    worker = system.failpoints.reached(place)
    assert system.end_connections() > 0
    worker.resume()
    judge(system, upload)


@pytest.mark.parametrize("place", ["planned", COPYING, "loaded", "finishing"])
def test_22_postgresql_crashes(system: System, place: str) -> None:
    """PostgreSQL crashes during writes and right before commits."""
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(ROWS))
    worker = system.failpoints.reached(place)
    crash(system)
    worker.resume()
    judge(system, upload)


@pytest.mark.long
def test_22_postgresql_crashes_at_any_time(system: System) -> None:
    """An asynchronous commit may be lost, and with it the state `done` of its chunk."""
    rng = rng_for("crashes")
    upload = system.api.upload(system.people_file(60_000))
    for _ in range(5):
        await_loaded_chunks(system, more=rng.randrange(1, 15))
        crash(system)
    judge(system, upload, within=120)


def test_postgresql_is_read_only_for_a_while(system: System) -> None:
    """As after a failover: no answer is a 500, and the retries spend no attempt.

    The first attempt may stay spent, because to return it is a write.
    """
    system.failpoints.arm("loading")
    upload = system.api.upload(system.people_file(ROWS))
    worker = system.failpoints.reached("loading")
    set_read_only(system, "on")
    worker.resume()
    refused = system.api.send(system.people_file(ROWS, prefix="other"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
    assert system.api.status(upload)["status"] == "PROGRESS"
    set_read_only(system, "off")
    judge(system, upload)
    assert system.number(ATTEMPTS) <= 2


def set_read_only(system: System, value: str) -> None:
    """Set read-only mode for all transactions that begin from now on."""
    url = system.stack.site.database_url()
    with psycopg.connect(url, autocommit=True, options=WRITING) as connection:
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode())
        connection.execute("SELECT pg_reload_conf()")
    is_set = lambda: system.rows("SHOW default_transaction_read_only") == [(value,)]  # noqa: E731
    wait_until(is_set, timeout=10, what=f"default_transaction_read_only must be {value}")


def await_loaded_chunks(system: System, *, more: int) -> None:
    """Wait until `more` further chunks are loaded."""
    enough = system.number(DONE) + more
    wait_until(lambda: system.number(DONE) >= enough, timeout=60, what="chunks must be loaded")


def crash(system: System) -> None:
    """Crash PostgreSQL by an immediate shutdown and wait until supervisord has restarted it."""
    postgres = system.process("postgres")
    postgres.send_signal(signal.SIGQUIT)
    postgres.wait(30)
    system.stack.start(["postgres"])


def test_23_postgresql_is_frozen_for_20_seconds(system: System) -> None:
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(ROWS))
    loader = system.failpoints.reached(COPYING)
    with ThreadPoolExecutor(4) as callers:
        with frozen(system.stack, "postgres"):
            loader.resume()
            thaw = time.monotonic() + 20
            reads = [callers.submit(system.api.ask, "GET", "/api/v1/users/") for _ in range(4)]
            while time.monotonic() < thaw:
                before = time.monotonic()
                answer = httpx.get(f"{system.stack.base_url}/healthz/ready", trust_env=False)
                assert time.monotonic() - before < 5
                assert answer.status_code == 503
        assert {read.result().status_code for read in reads} <= {200, 503}
    wait_until(
        lambda: system.api.ask("GET", "/healthz/ready").is_success,
        timeout=30,
        what="the service must be ready",
    )
    judge(system, upload)


def test_26_postgresql_has_no_free_connection(system: System) -> None:
    """Requests get a 503 and Celery workers retry; open connections are cut first."""
    system.failpoints.arm("planning")
    upload = system.api.upload(system.people_file(ROWS))
    planner = system.failpoints.reached("planning")
    with all_connections(system):
        planner.resume()
        is_refused = lambda: system.api.ask("GET", upload.url).status_code == 503  # noqa: E731
        wait_until(is_refused, timeout=30, what="the API must have no connection")
        log = system.stack.data / "logs" / "worker.log"
        has_retried = lambda: "too many clients" in log.read_text()  # noqa: E731
        wait_until(has_retried, timeout=30, what="the worker must have no connection")
    judge(system, upload)


@contextmanager
def all_connections(system: System) -> Iterator[None]:
    """Cut all connections of the services and hold every connection that PostgreSQL allows."""
    with ExitStack() as stack:
        first = stack.enter_context(_connected(system))
        while first.execute(END_ALL).fetchall():  # the services may connect again first
            while (connection := _connected_if_possible(system)) is not None:
                stack.enter_context(connection)
        yield


def _connected(system: System) -> Connection:
    return psycopg.connect(system.stack.site.database_url(), autocommit=True)


def _connected_if_possible(system: System) -> Connection | None:
    try:
        return _connected(system)
    except psycopg.OperationalError as error:
        assert "too many clients" in str(error)  # noqa: PT017
        return None
