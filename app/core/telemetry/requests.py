"""The ids of each request, in its answer and in the log, and its own log line."""

import logging
import re
import secrets
from collections.abc import Callable
from http import HTTPMethod
from time import perf_counter

from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import escape_uri_path

from core.telemetry import logs, traces

logger = logging.getLogger("accounts.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class TelemetryMiddleware:
    """Add ids to every answer except those of probes and metrics, and log the request.

    The span's middleware stands directly outside, if there is one: see server_spans.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        request_id = _request_id(request)
        traceparent = request.headers.get("traceparent", "")
        with logs.context(request_id=request_id), traces.ensure_trace(traceparent):
            response = self.get_response(request)
            _log(request, response, seconds=perf_counter() - started)
            response.headers["X-Trace-Id"] = traces.current_trace_id()
            response.headers["X-Request-Id"] = request_id
        return response


def method_of(request: HttpRequest) -> str:
    """Return the method, or `_OTHER` for one that HTTP does not define."""
    method = request.method or ""
    return method if method in HTTPMethod.__members__ else "_OTHER"


def _request_id(request: HttpRequest) -> str:
    """Return the proxy's id, so that both logs can be joined, or a new one."""
    proxy_id = request.headers.get("X-Request-Id", "")
    return proxy_id if _REQUEST_ID.fullmatch(proxy_id) else secrets.token_hex(16)


def _log(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    """Log the request without its query, which may hold an e-mail address."""
    status, milliseconds = response.status_code, round(seconds * 1000, 1)
    logger.info(
        "%s %s %s in %s ms",
        method_of(request),
        escape_uri_path(request.path),  # a line end in the path would begin a new line of the log
        status,
        milliseconds,
        extra={"status": status, "duration_ms": milliseconds},
    )
