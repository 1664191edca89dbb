"""Endpoints for the internal network, which answer before the Host header is checked.

Prometheus and orchestrators reach each replica by its IP address, without TLS and without nginx.
"""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponseBase

from core.health import health
from core.metrics.page import metrics

type View = Callable[[HttpRequest], HttpResponseBase]

PUBLIC: dict[str, View] = {"/healthz/live": health.live, "/healthz/ready": health.ready}
INTERNAL: dict[str, View] = {"/metrics": metrics}


class InternalEndpointsMiddleware:
    """The outermost middleware, which answers these endpoints.

    So their requests are not counted, not redirected, and not rejected for their Host header.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._view(request)(request)

    def _view(self, request: HttpRequest) -> View:
        path = request.path_info
        if path in INTERNAL and _is_internal(request):
            return INTERNAL[path]
        return PUBLIC.get(path, self.get_response)


def _is_internal(request: HttpRequest) -> bool:
    """Return whether the request comes from a private IP address and through no proxy."""
    address = ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    return "X-Forwarded-For" not in request.headers and address.is_private
