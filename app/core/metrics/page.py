"""The pages that Prometheus scrapes."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
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

REGISTRY.unregister(PROCESS_COLLECTOR)  # ProcessTree has these metrics for all processes


def own_registry() -> CollectorRegistry:
    """Return a registry with the metrics of all processes of this service."""
    registry = CollectorRegistry()
    directory = service.directory()
    registry.register(SharedValues(directory) if directory else REGISTRY)
    registry.register(ProcessTree())
    registry.register(BuildInfo())
    return registry


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics of this service and of all sources in the text format of Prometheus."""
    registry = own_registry()
    registry.register(Sources())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
