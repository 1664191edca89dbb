"""Liveness and readiness. If a server is frozen, its probe times out and the response is sent."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core.health.probes import Probes
from core.redis import connect
from core.storage.base import file_storage


def _probe_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _probe_redis() -> None:
    with connect() as client:
        client.ping()


def _probe_storage() -> None:
    file_storage().probe()


probes = Probes({"database": _probe_database, "redis": _probe_redis, "storage": _probe_storage})


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
