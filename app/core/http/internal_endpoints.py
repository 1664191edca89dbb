"""Addresses for this service's own network, answered before anything looks at the Host header.

Prometheus and orchestrators ask each replica by its IP, without TLS and past the proxy.
"""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponseBase

from core.health import health
from core.metrics.page import metrics

type Answer = Callable[[HttpRequest], HttpResponseBase]

FOR_ALL: dict[str, Answer] = {"/healthz/live": health.live, "/healthz/ready": health.ready}
FOR_INTERNAL: dict[str, Answer] = {"/metrics": metrics}


class InternalAddressesMiddleware:
    """Outermost: what it answers is not counted as traffic, not redirected, not refused."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer_of(request)(request)

    def _answer_of(self, request: HttpRequest) -> Answer:
        path = request.path_info
        if path in FOR_INTERNAL and _is_internal(request):
            return FOR_INTERNAL[path]
        return FOR_ALL.get(path, self.get_response)


def _is_internal(request: HttpRequest) -> bool:
    """From a private address, and not passed on by a proxy."""
    address = ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    return "X-Forwarded-For" not in request.headers and address.is_private
