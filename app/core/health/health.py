"""Liveness and readiness. A frozen server makes a probe time out, never the answer."""

from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse

from core.health.probes import Probes
from core.redis import connect


def _probe_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _probe_redis() -> None:
    with connect() as client:
        client.ping()


def probe_storage() -> None:
    """OSError unless files can be stored and uploads received."""
    default_storage.exists("probe")
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.INCOMING_DIR):
        pass


probes = Probes({"database": _probe_database, "redis": _probe_redis, "storage": probe_storage})


def live(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the servers behind answer, else 503 with the names of those that do not."""
    _, failing = probes.ask()
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})
