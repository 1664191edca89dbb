"""A span, an id and a line in the log for each request."""

import logging
import re
import secrets
from collections.abc import Callable
from http import HTTPMethod
from time import perf_counter

from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import escape_uri_path
from opentelemetry import trace
from opentelemetry.semconv.attributes import (
    error_attributes,
    http_attributes,
    server_attributes,
    url_attributes,
)
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind

from core.telemetry import logs, traces

logger = logging.getLogger("accounts.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class TelemetryMiddleware:
    """Before all that can answer, probes aside: errors too carry `X-Trace-Id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        request_id = _request_id(request)
        span = _server_span(request)
        with logs.context(request_id=request_id), trace.use_span(span, end_on_exit=True):
            response = self.get_response(request)
            if span.is_recording():
                _describe(span, request, response)
            _log(request, response, seconds=perf_counter() - started)
            response.headers["X-Trace-Id"] = traces.current_trace_id()
            response.headers["X-Request-Id"] = request_id
        return response


def _request_id(request: HttpRequest) -> str:
    """The proxy's, so that its log and ours can be joined, or one of ours."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def _server_span(request: HttpRequest) -> Span:
    parent = request.headers.get("traceparent", "")
    span = traces.start_span(_method(request), kind=SpanKind.SERVER, parent=parent)
    if span.get_span_context().is_valid:
        return span
    trace_id, span_id = (1 + secrets.randbelow(2**bits - 1) for bits in (128, 64))
    return NonRecordingSpan(SpanContext(trace_id, span_id, is_remote=False))


def _method(request: HttpRequest) -> str:
    method = request.method or ""
    return method if method in HTTPMethod.__members__ else "_OTHER"


def _describe(span: Span, request: HttpRequest, response: HttpResponseBase) -> None:
    """By the semantic conventions for HTTP servers, less what may be personal.

    Left out: the query, the client's address and program, and a path that is none of ours.
    """
    match, method = request.resolver_match, _method(request)
    span.set_attributes(
        {
            http_attributes.HTTP_REQUEST_METHOD: method,
            http_attributes.HTTP_RESPONSE_STATUS_CODE: response.status_code,
            url_attributes.URL_SCHEME: request.scheme or "http",
            url_attributes.URL_PATH: request.path if match else "/REDACTED",
            server_attributes.SERVER_ADDRESS: request.META["SERVER_NAME"],
        }
    )
    if (port := request.META["SERVER_PORT"]).isdecimal():  # a Unix socket has none
        span.set_attribute(server_attributes.SERVER_PORT, int(port))
    if match:
        # Routes of DRF and of the admin are regular expressions.
        route = "/" + match.route.replace("^", "").removesuffix("$")
        span.update_name(f"{method} {route}")
        span.set_attribute(http_attributes.HTTP_ROUTE, route)
    if response.status_code >= 500:
        span.set_attribute(error_attributes.ERROR_TYPE, str(response.status_code))
        span.set_status(trace.StatusCode.ERROR)


def _log(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    """Without the query, which may hold an e-mail address."""
    status, milliseconds = response.status_code, round(seconds * 1000, 1)
    logger.info(
        "%s %s %s in %s ms",
        _method(request),
        escape_uri_path(request.path),  # a line end in it would begin a line of the log
        status,
        milliseconds,
        extra={"status": status, "duration_ms": milliseconds},
    )
