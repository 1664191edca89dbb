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


class _RootSampler(Sampler):
    """A sampler that begins a trace with a request, or with a message of a recorded trace.

    The periodic tasks, such as `recover`, belong to no request and are not recorded.
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
        return f"RootSampler{{{self._requests.get_description()}}}"


def sampler(ratio: float) -> Sampler:
    """Return a sampler that records this ratio of the requests, with all their child spans.

    A client can keep its request from being recorded, but cannot have more requests recorded.
    """
    root = _RootSampler(ratio)
    return ParentBased(root=root, remote_parent_sampled=root)
