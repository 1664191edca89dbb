"""Where work belongs: W3C Trace Context, and spans below it.

Trace ids are always there. Spans are recorded only where export.py has been set up.
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
_tracer = trace.get_tracer("accounts")  # that of the provider, once there is one


def current_trace_id() -> str:
    """32 hexadecimal digits inside a trace, else `-`."""
    return trace_id_of(trace.get_current_span().get_span_context())


def trace_id_of(context: SpanContext) -> str:
    """32 hexadecimal digits, or `-` where there is none."""
    return trace.format_trace_id(context.trace_id) if context.is_valid else "-"


def current_traceparent() -> str:
    """Where we are, as the header `traceparent` says it; empty outside a trace."""
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier.get("traceparent", "")


def parse_traceparent(traceparent: str) -> SpanContext:
    """Its place; one that is not valid where the text is not."""
    return trace.get_current_span(_below(traceparent)).get_span_context()


@contextmanager
def continuing(traceparent: str) -> Iterator[None]:
    """Be in this trace, unless we are in it already."""
    origin = parse_traceparent(traceparent)
    if trace_id_of(origin) in {"-", current_trace_id()}:
        yield
    else:
        with trace.use_span(NonRecordingSpan(origin)):
            yield


@contextmanager
def within(traceparent: str) -> Iterator[None]:
    """Be in a trace: the current one, else the caller's, else a new one without spans."""
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
    """A step below the current one."""
    with _tracer.start_as_current_span(name, kind=kind, attributes=attributes):
        yield


def start_span(
    name: str, *, kind: SpanKind, parent: str, link: str = "", attributes: Attributes | None = None
) -> Span:
    """One below the traceparent `parent`, or, without one, of a trace of its own.

    It can be linked to the traceparent `link`, and is just that place where nothing is recorded.
    """
    origin = parse_traceparent(link)
    links = [Link(origin)] if origin.is_valid else None
    started = _tracer.start_span(
        name, context=_below(parent), kind=kind, attributes=attributes, links=links
    )
    return NonRecordingSpan(origin) if links and not started.is_recording() else started


def record_failure(error: BaseException) -> None:
    """The current step has failed, though no exception leaves it."""
    current = trace.get_current_span()
    current.record_exception(error)
    current.set_status(trace.StatusCode.ERROR)


def _below(traceparent: str) -> Context:
    return propagator.extract({"traceparent": traceparent}, context=Context())
