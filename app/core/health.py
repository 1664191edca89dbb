"""Liveness and readiness. A frozen server makes a probe time out, never the answer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from tempfile import TemporaryFile
from threading import Lock

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

PROBE_TIMEOUT = 2.0
"""Seconds that all probes together may take."""


def _probe_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _probe_redis() -> None:
    with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()


def _probe_storage() -> None:
    default_storage.exists("probe")
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.INCOMING_DIR):
        pass


PROBES: dict[str, Callable[[], None]] = {
    "database": _probe_database,
    "redis": _probe_redis,
    "storage": _probe_storage,
}
_executor = ThreadPoolExecutor(len(PROBES), thread_name_prefix="probe")
_running: dict[str, Future[None]] = {}
_lock = Lock()


def _start(name: str) -> Future[None]:
    """The probe under way, or a new one: a server that hangs holds one thread, no more."""
    with _lock:
        current = _running.get(name)
        if current is None or current.done():
            current = _running[name] = _executor.submit(PROBES[name])
        return current


def failing_parts() -> dict[str, str]:
    """The parts that do not work, each with its reason."""
    failing = {}
    probes = {name: _start(name) for name in PROBES}
    wait(probes.values(), timeout=PROBE_TIMEOUT)
    for name, probe in probes.items():
        if not probe.done():
            failing[name] = "timeout"
            continue
        try:
            probe.result()
        except (DatabaseError, RedisError, OSError) as error:
            failing[name] = type(error).__name__
    return failing


def live(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the servers behind answer, else 503 with the names of those that do not."""
    failing = failing_parts()
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})
