"""Which spans are recorded."""

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from core.telemetry.sampling import sampler

LOW, HIGH = 1, 2**64 - 1
"""Trace ids that a ratio of a half takes and leaves."""


def place(*, sampled: bool) -> SpanContext:
    return SpanContext(LOW, LOW, is_remote=True, trace_flags=TraceFlags(int(sampled)))


def recorded(kind: SpanKind, *, ratio: float = 1, trace_id: int = LOW, **more: object) -> bool:
    result = sampler(ratio).should_sample(
        more.get("parent"),  # type: ignore[arg-type]
        trace_id,
        "name",
        kind,
        links=more.get("links"),  # type: ignore[arg-type]
    )
    return result.decision is Decision.RECORD_AND_SAMPLE


@pytest.mark.parametrize(
    ("ratio", "trace_id", "expected"),
    [(1, HIGH, True), (0, LOW, False), (0.5, LOW, True), (0.5, HIGH, False)],
)
def test_of_requests_the_ratio(ratio: float, trace_id: int, *, expected: bool) -> None:
    assert recorded(SpanKind.SERVER, ratio=ratio, trace_id=trace_id) is expected


@pytest.mark.parametrize("kind", [SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.PRODUCER])
def test_nothing_else_begins_a_trace(kind: SpanKind) -> None:
    assert not recorded(kind)


@pytest.mark.parametrize("sampled", [True, False])
def test_a_linked_message_does_as_the_trace_it_is_linked_to(*, sampled: bool) -> None:
    links = [Link(place(sampled=sampled))]
    assert recorded(SpanKind.CONSUMER, ratio=0, links=links) is sampled


@pytest.mark.parametrize("sampled", [True, False])
def test_a_caller_cannot_have_more_requests_recorded(*, sampled: bool) -> None:
    parent = trace.set_span_in_context(NonRecordingSpan(place(sampled=sampled)), Context())
    assert not recorded(SpanKind.SERVER, ratio=0, parent=parent)
    assert recorded(SpanKind.SERVER, ratio=1, parent=parent) is sampled


@pytest.mark.parametrize("sampled", [True, False])
def test_what_has_a_parent_does_as_the_parent(*, sampled: bool) -> None:
    parent = trace.set_span_in_context(NonRecordingSpan(place(sampled=sampled)), Context())
    assert recorded(SpanKind.CLIENT, ratio=0.5, parent=parent) is sampled


def test_the_sdk_can_name_it() -> None:
    assert "Beginnings{TraceIdRatioBased{0.25}}" in sampler(0.25).get_description()
