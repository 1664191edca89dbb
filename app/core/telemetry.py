"""The trace id: taken from the caller's `traceparent` or made here, on answers, logs and jobs."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

# W3C Trace Context, section 3.2: version, trace-id, parent-id, flags.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
_trace_id: ContextVar[str] = ContextVar("trace_id", default="-")


def current_trace_id() -> str:
    """32 hexadecimal digits inside a request, else `-`."""
    return _trace_id.get()


def set_trace_id(trace_id: str) -> None:
    """Make what follows in this context belong to the trace."""
    _trace_id.set(trace_id)


class TraceIdMiddleware:
    """Outermost of ours, so that every answer, errors included, carries `X-Trace-Id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
        set_trace_id(match[1] if match else secrets.token_hex(16))
        response = self.get_response(request)
        response.headers["X-Trace-Id"] = current_trace_id()
        return response


class TraceIdFilter(logging.Filter):
    """Gives each log record the trace id of its context."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record."""
        record.trace_id = current_trace_id()
        return True
