"""Liveness and readiness. If a server is frozen, its probe times out and the response is sent."""

from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

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
    """Raise OSError if files cannot be stored or uploads cannot be received."""
    default_storage.exists("probe")
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.INCOMING_DIR):
        pass


probes = Probes({"database": _probe_database, "redis": _probe_redis, "storage": probe_storage})


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Return 200 as long as this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Return 200 if all servers answer, else 503 with the names of the others."""
    _, failing = probes.run()
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})
