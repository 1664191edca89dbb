"""The allow-list for spans: no personal data leaves the process."""

from collections.abc import Sequence
from time import monotonic

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.semconv.attributes import (
    db_attributes,
    error_attributes,
    exception_attributes,
    http_attributes,
    server_attributes,
    url_attributes,
)
from opentelemetry.trace import Link, SpanContext, Status
from opentelemetry.util.types import Attributes

from core.telemetry.subject import CHUNK, JOB_ID

_SENT = {
    *(JOB_ID, CHUNK),
    http_attributes.HTTP_REQUEST_METHOD,
    http_attributes.HTTP_RESPONSE_STATUS_CODE,
    http_attributes.HTTP_ROUTE,
    url_attributes.URL_PATH,
    url_attributes.URL_SCHEME,
    server_attributes.SERVER_ADDRESS,
    server_attributes.SERVER_PORT,
    messaging.MESSAGING_BATCH_MESSAGE_COUNT,
    messaging.MESSAGING_DESTINATION_NAME,
    messaging.MESSAGING_MESSAGE_ID,
    messaging.MESSAGING_OPERATION_NAME,
    messaging.MESSAGING_OPERATION_TYPE,
    messaging.MESSAGING_SYSTEM,
    db_attributes.DB_COLLECTION_NAME,
    db_attributes.DB_NAMESPACE,
    db_attributes.DB_OPERATION_NAME,
    db_attributes.DB_QUERY_TEXT,  # with placeholders; parameters are not recorded
    db_attributes.DB_SYSTEM_NAME,
    error_attributes.ERROR_TYPE,
    exception_attributes.EXCEPTION_TYPE,  # its message may quote a row
}
_PAUSE = 10.0
"""Seconds without export after the collector did not answer. The spans of that time are lost."""


class CleaningExporter(SpanExporter):
    """An exporter that passes clean copies to another one, and pauses after a failure.

    The pause limits the time that an unavailable collector costs the process, also at its end.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._paused_until = 0.0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send clean copies of the spans, unless there is a pause."""
        if monotonic() < self._paused_until:
            return SpanExportResult.FAILURE
        result = self._exporter.export([_clean(span) for span in spans])
        if result is not SpanExportResult.SUCCESS:
            self._paused_until = monotonic() + _PAUSE
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _clean(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        span.name,
        context=_without_state(span.context),
        parent=_without_state(span.parent),
        resource=span.resource,
        attributes=_allowed(span.attributes),
        events=[Event(e.name, _allowed(e.attributes), e.timestamp) for e in span.events],
        links=[Link(_without_state(link.context)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _without_state[C: (SpanContext, SpanContext | None)](context: C) -> C:
    """Return the context without `tracestate`, whose content a client chooses."""
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def _allowed(attributes: Attributes) -> Attributes:
    return {name: value for name, value in (attributes or {}).items() if name in _SENT}
