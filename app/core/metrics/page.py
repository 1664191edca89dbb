"""The pages that Prometheus fetches: a service's own values, and the web's with all facts."""

from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    PROCESS_COLLECTOR,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)

from core.metrics import service
from core.metrics.build import BuildInfo
from core.metrics.processes import ProcessTree
from core.metrics.shared import SharedValues
from core.metrics.sources import Sources

REGISTRY.unregister(PROCESS_COLLECTOR)  # ProcessTree has the same names for all processes


def own_registry() -> CollectorRegistry:
    """What the processes of this service have counted and use."""
    registry = CollectorRegistry()
    directory = service.directory()
    registry.register(SharedValues(directory) if directory else REGISTRY)
    registry.register(ProcessTree())
    registry.register(BuildInfo())
    return registry


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format."""
    registry = own_registry()
    registry.register(Sources())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
