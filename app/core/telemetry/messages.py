"""Traces across the queue: headers of messages, and spans and log ids of their tasks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from celery import Task, signals
from opentelemetry import trace
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.trace import Span, SpanKind

from core.telemetry import logs, traces

AnyTask = Task[Any, Any]
_SYSTEM = {messaging.MESSAGING_SYSTEM: "celery"}


@contextmanager
def sending(queue: str, *, messages: int) -> Iterator[None]:
    """Record the body as a span that publishes this number of messages."""
    attributes: traces.Attributes = _SYSTEM | {
        messaging.MESSAGING_OPERATION_TYPE: "send",
        messaging.MESSAGING_OPERATION_NAME: "send",
        messaging.MESSAGING_DESTINATION_NAME: queue,
        messaging.MESSAGING_BATCH_MESSAGE_COUNT: messages,
    }
    with traces.span(f"send {queue}", kind=SpanKind.PRODUCER, attributes=attributes):
        yield


def trace_headers(*, linked: bool = False) -> dict[str, str]:
    """Return the headers of a message whose task continues the current span.

    A `linked` task has a trace of its own, with a link to the current span.
    """
    return {"trace_link" if linked else "traceparent": traces.current_traceparent()}


def connect() -> None:
    """Run each task, with Celery's log lines about it, in the trace of its message."""
    signals.task_prerun.connect(_enter)
    signals.task_retry.connect(_note_retry)
    signals.task_failure.connect(_note_failure)
    signals.task_postrun.connect(_leave)


def _enter(task: AnyTask, task_id: str, **_: Any) -> None:
    entered = ExitStack()
    entered.enter_context(logs.context(task_id=task_id))
    entered.enter_context(trace.use_span(_consumer_span(task, task_id), end_on_exit=True))
    task.request.update(telemetry=entered)


def _leave(task: AnyTask, **_: Any) -> None:
    task.request.get("telemetry").close()


def _note_retry(**_: Any) -> None:
    trace.get_current_span().add_event("retry")


def _note_failure(exception: BaseException, **_: Any) -> None:
    traces.record_failure(exception)


def _consumer_span(task: AnyTask, task_id: str) -> Span:
    """Start the span of a task.

    Its parent is the `traceparent` of the message, or it has a link to the `trace_link`.
    """
    queue = str((task.request.delivery_info or {}).get("routing_key", ""))
    attributes = _SYSTEM | {
        messaging.MESSAGING_OPERATION_TYPE: "process",
        messaging.MESSAGING_OPERATION_NAME: task.name,
        messaging.MESSAGING_DESTINATION_NAME: queue,
        messaging.MESSAGING_MESSAGE_ID: task_id,
    }
    return traces.start_span(
        f"{task.name} {queue}",
        kind=SpanKind.CONSUMER,
        parent=task.request.get("traceparent") or "",
        link=task.request.get("trace_link") or "",
        attributes=attributes,
    )
