"""A span for each request, by opentelemetry-instrumentation-django."""

import os
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.django.middleware.otel_middleware import _DjangoMiddleware
from opentelemetry.semconv.attributes import http_attributes, server_attributes, url_attributes
from opentelemetry.trace import Span, TracerProvider

from core.telemetry.requests import TelemetryMiddleware, method_of

EXCLUDED: Final = r"^[^/]+//[^/]+/(healthz/live|healthz/ready|metrics)$"
"""Absolute URLs of probes and metrics; most are answered before the span's middleware."""

_ANSWERED_WITH_4XX: Final = (
    BadRequest,
    Http404,
    MultiPartParserError,
    PermissionDenied,
    SuspiciousOperation,
)


class SpanMiddleware(_DjangoMiddleware):
    """The library's middleware, for requests with an allowed host.

    The library asks Django for the host before anything else. A wrong host would be refused here,
    and the answer would lack the headers, the language and the log line of the middleware below.
    """

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost:
            return self.get_response(request)
        response: HttpResponseBase = super().__call__(request)  # type: ignore[no-untyped-call]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Record an exception that ends in a 500; a 4xx is not an error of the server."""
        if not isinstance(exception, _ANSWERED_WITH_4XX):
            super().process_exception(request, exception)  # type: ignore[no-untyped-call]


class _Instrumentor(DjangoInstrumentor):
    _opentelemetry_middleware = f"{__name__}.{SpanMiddleware.__name__}"


def instrument(provider: TracerProvider) -> None:
    """Have the provider record requests. Call this before Django loads its middleware."""
    os.environ.pop("OTEL_PYTHON_DJANGO_MIDDLEWARE_POSITION", None)  # it would win over the argument
    inside = f"{TelemetryMiddleware.__module__}.{TelemetryMiddleware.__name__}"
    _Instrumentor().instrument(
        tracer_provider=provider,
        middleware_position=settings.MIDDLEWARE.index(inside),
        excluded_urls=EXCLUDED,
        request_hook=_correct_request,
        response_hook=_add_route,
    )


def _correct_request(span: Span, request: HttpRequest) -> None:
    """Replace three attributes that the library reads from the headers or from the raw path."""
    if span.is_recording():
        span.set_attributes(
            {
                url_attributes.URL_SCHEME: request.scheme or "http",
                url_attributes.URL_PATH: "/REDACTED",  # until a view is known
                server_attributes.SERVER_ADDRESS: request.META["SERVER_NAME"],
            }
        )


def _add_route(span: Span, request: HttpRequest, response: HttpResponseBase) -> None:
    """Name the span by its route, and add the path if the route is one of this service.

    Routes of the admin without a name match any path, so they get no path attribute.
    """
    if not span.is_recording():
        return
    match, method = request.resolver_match, method_of(request)
    name = "HTTP" if method == "_OTHER" else method
    if match:
        # Routes of DRF and of the admin are regular expressions.
        route = "/" + match.route.replace("^", "").removesuffix("$")
        name = f"{name} {route}"
        span.set_attribute(http_attributes.HTTP_ROUTE, route)
        if match.url_name:
            span.set_attribute(url_attributes.URL_PATH, request.path)
    span.update_name(name)
