"""Sampling of spans."""

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from core.telemetry.sampling import sampler

LOW, HIGH = 1, 2**64 - 1
"""A trace id that a ratio of 0.5 records, and one that it does not."""


def span_context(*, sampled: bool) -> SpanContext:
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
def test_a_ratio_of_the_requests_is_recorded(
    ratio: float, trace_id: int, *, expected: bool
) -> None:
    assert recorded(SpanKind.SERVER, ratio=ratio, trace_id=trace_id) is expected


@pytest.mark.parametrize("kind", [SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.PRODUCER])
def test_only_requests_begin_a_trace(kind: SpanKind) -> None:
    assert not recorded(kind)


@pytest.mark.parametrize("sampled", [True, False])
def test_a_linked_message_is_recorded_like_its_trace(*, sampled: bool) -> None:
    links = [Link(span_context(sampled=sampled))]
    assert recorded(SpanKind.CONSUMER, ratio=0, links=links) is sampled


@pytest.mark.parametrize("sampled", [True, False])
def test_a_client_cannot_have_more_requests_recorded(*, sampled: bool) -> None:
    parent = trace.set_span_in_context(NonRecordingSpan(span_context(sampled=sampled)), Context())
    assert not recorded(SpanKind.SERVER, ratio=0, parent=parent)
    assert recorded(SpanKind.SERVER, ratio=1, parent=parent) is sampled


@pytest.mark.parametrize("sampled", [True, False])
def test_a_span_is_recorded_like_its_parent(*, sampled: bool) -> None:
    parent = trace.set_span_in_context(NonRecordingSpan(span_context(sampled=sampled)), Context())
    assert recorded(SpanKind.CLIENT, ratio=0.5, parent=parent) is sampled


def test_the_sampler_has_a_description() -> None:
    assert "RootSampler{TraceIdRatioBased{0.25}}" in sampler(0.25).get_description()
