"""The current trace, by W3C Trace Context, and spans in it.

Trace ids always exist. Spans are recorded only in processes that called `export.start`.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

Attributes = Mapping[str, AttributeValue]
propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("accounts")  # uses the provider as soon as it is set


def current_trace_id() -> str:
    """Return the id as 32 hexadecimal digits, or `-` outside a trace."""
    return trace_id_of(trace.get_current_span().get_span_context())


def trace_id_of(context: SpanContext) -> str:
    """Return the id as 32 hexadecimal digits, or `-` for an invalid context."""
    return trace.format_trace_id(context.trace_id) if context.is_valid else "-"


def current_traceparent() -> str:
    """Return the current span as a `traceparent` header, or "" outside a trace."""
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier.get("traceparent", "")


def parse_traceparent(traceparent: str) -> SpanContext:
    """Return the span that the header names, or an invalid context for an invalid header."""
    return trace.get_current_span(_below(traceparent)).get_span_context()


@contextmanager
def continue_trace(traceparent: str) -> Iterator[None]:
    """Enter the trace of the header, unless it is invalid or already the current one."""
    origin = parse_traceparent(traceparent)
    if trace_id_of(origin) in {"-", current_trace_id()}:
        yield
    else:
        with trace.use_span(NonRecordingSpan(origin)):
            yield


@contextmanager
def ensure_trace(traceparent: str) -> Iterator[None]:
    """Enter the caller's trace, or a new one, unless there is a current one. Record no span."""
    if trace.get_current_span().get_span_context().is_valid:
        yield
        return
    origin = parse_traceparent(traceparent)
    if not origin.is_valid:
        trace_id, span_id = (1 + secrets.randbelow(2**bits - 1) for bits in (128, 64))
        origin = SpanContext(trace_id, span_id, is_remote=False)
    with trace.use_span(NonRecordingSpan(origin)):
        yield


@contextmanager
def span(name: str, *, kind: SpanKind, attributes: Attributes) -> Iterator[None]:
    """Record the body as a child of the current span."""
    with _tracer.start_as_current_span(name, kind=kind, attributes=attributes):
        yield


def start_span(
    name: str, *, kind: SpanKind, parent: str, link: str = "", attributes: Attributes | None = None
) -> Span:
    """Start a span below the traceparent `parent`, or in a new trace if that is empty.

    The span is linked to the traceparent `link`. If it is not recorded, the linked span is
    returned instead, so that log lines have its trace id.
    """
    origin = parse_traceparent(link)
    links = [Link(origin)] if origin.is_valid else None
    started = _tracer.start_span(
        name, context=_below(parent), kind=kind, attributes=attributes, links=links
    )
    return NonRecordingSpan(origin) if links and not started.is_recording() else started


def record_failure(error: BaseException) -> None:
    """Mark the current span as failed by an error that was handled."""
    current = trace.get_current_span()
    current.record_exception(error)
    current.set_status(trace.StatusCode.ERROR)


def _below(traceparent: str) -> Context:
    return propagator.extract({"traceparent": traceparent}, context=Context())
