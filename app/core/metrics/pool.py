"""How the connection pool of a web process is used, noted when a request begins and ends."""

from threading import Lock
from typing import Any, cast

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from prometheus_client import Counter, Gauge

_connections = Gauge(
    "accounts_database_pool_connections",
    "Connections of the web processes' pools: `used` by requests, or `idle`.",
    ["state"],
    multiprocess_mode="livesum",
)
_maximum = Gauge(
    "accounts_database_pool_max_connections",
    "Connections that the pools may open at most.",
    multiprocess_mode="livesum",
)
_waiting = Gauge(
    "accounts_database_pool_waiting_requests",
    "Requests that wait for a connection.",
    multiprocess_mode="livesum",
)
_requests = Counter(
    "accounts_database_pool_requests", "How often a connection was asked of a pool."
)
_queued = Counter("accounts_database_pool_queued_requests", "How often none was idle.")
_wait_seconds = Counter("accounts_database_pool_wait_seconds", "Time that was waited for one.")
_errors = Counter("accounts_database_pool_errors", "How often none came in time.")
_lost = Counter("accounts_database_pool_lost_connections", "Connections found to be broken.")
_alone = Lock()


def observe(**_: Any) -> None:
    """Bring the values up to date; without a pool there is nothing to say."""
    pool = cast("DatabaseWrapper", connection).pool
    if pool is None:
        return
    with _alone:  # threads of one process share the pool
        stats = pool.pop_stats()
    _connections.labels("used").set(stats["pool_size"] - stats["pool_available"])
    _connections.labels("idle").set(stats["pool_available"])
    _maximum.set(stats["pool_max"])
    _waiting.set(stats["requests_waiting"])
    _requests.inc(stats.get("requests_num", 0))
    _queued.inc(stats.get("requests_queued", 0))
    _wait_seconds.inc(stats.get("requests_wait_ms", 0) / 1000)
    _errors.inc(stats.get("requests_errors", 0))
    _lost.inc(stats.get("connections_lost", 0))


def connect() -> None:
    """After Django's own receiver, which gives the request's connection back."""
    request_started.connect(observe)
    request_finished.connect(observe)
