"""Helpers for tests of exported spans."""

from collections.abc import Callable
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan

Spans = Callable[[], list[ReadableSpan]]


def only_span(spans: Spans) -> tuple[ReadableSpan, dict[str, Any]]:
    (span,) = spans()
    return span, dict(span.attributes or {})
