"""Which traces are recorded."""

from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes


class _Beginnings(Sampler):
    """A trace begins with a request, or with a message that a recorded trace has caused.

    What recover and the other tasks of beat do all day belongs to no request and is not recorded.
    """

    def __init__(self, ratio: float) -> None:
        self._requests = TraceIdRatioBased(ratio)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """As the class says."""
        causes = [trace.get_current_span(parent_context).get_span_context()]
        causes += [link.context for link in links or ()]
        sampler: Sampler = ALWAYS_OFF
        if kind is SpanKind.SERVER:
            sampler = self._requests
        elif any(cause.trace_flags.sampled for cause in causes):
            sampler = ALWAYS_ON
        return sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return f"Beginnings{{{self._requests.get_description()}}}"


def sampler(ratio: float) -> Sampler:
    """`ratio` of the requests is recorded, with all that is below them.

    A caller can keep its request from being recorded, but not have more of them recorded.
    """
    beginnings = _Beginnings(ratio)
    return ParentBased(root=beginnings, remote_parent_sampled=beginnings)
