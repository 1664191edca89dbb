"""Metrics of a web process's connection pool, updated when a request begins and ends."""

from threading import Lock
from typing import Any, cast

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from prometheus_client import Counter, Gauge

_connections = Gauge(
    "accounts_database_pool_connections",
    "Connections in the pools of the web processes: `used` by requests, or `idle`.",
    ["state"],
    multiprocess_mode="livesum",
)
_maximum = Gauge(
    "accounts_database_pool_max_connections",
    "Maximum number of connections of the pools.",
    multiprocess_mode="livesum",
)
_waiting = Gauge(
    "accounts_database_pool_waiting_requests",
    "Requests that wait for a connection.",
    multiprocess_mode="livesum",
)
_requests = Counter("accounts_database_pool_requests", "Requests for a connection of a pool.")
_queued = Counter(
    "accounts_database_pool_queued_requests", "Requests for a connection while none was idle."
)
_wait_seconds = Counter("accounts_database_pool_wait_seconds", "Time of waiting for a connection.")
_errors = Counter("accounts_database_pool_errors", "Requests for a connection that timed out.")
_lost = Counter("accounts_database_pool_lost_connections", "Connections that were found broken.")
_lock = Lock()


def observe(**_: Any) -> None:
    """Update the metrics, if there is a pool."""
    pool = cast("DatabaseWrapper", connection).pool
    if pool is None:
        return
    with _lock:  # threads of one process share the pool
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
    """Connect observe() after Django's own receiver, which returns the connection to the pool."""
    request_started.connect(observe)
    request_finished.connect(observe)
