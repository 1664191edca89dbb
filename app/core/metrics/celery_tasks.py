"""What becomes of tasks, by task: the names are those that this code registers, no others."""

import time
from typing import Any

from celery import Task, signals
from prometheus_client import Counter, Gauge, Histogram

from core.celery import own_tasks

_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600)
_duration = Histogram(
    "accounts_celery_task_duration_seconds",
    "How long a task ran, however it ended.",
    ["task"],
    buckets=_BUCKETS,
)
_retries = Counter("accounts_celery_task_retries", "Runs that ended by a retry.", ["task"])
_failures = Counter("accounts_celery_task_failures", "Runs that failed for good.", ["task"])
_last_success = Gauge(
    "accounts_celery_task_last_success_timestamp_seconds",
    "When a task last succeeded, since the epoch.",
    ["task"],
    multiprocess_mode="max",
)
_started: dict[str, float] = {}


def _begin_at_zero(**_: Any) -> None:
    """Prometheus' increase() does not see a counter's first step from nowhere."""
    for name in own_tasks():
        for metric in (_duration, _retries, _failures):
            metric.labels(name)


def _note_start(task_id: str, **_: Any) -> None:
    _started[task_id] = time.monotonic()


def _observe_duration(task_id: str, task: Task[..., Any], **_: Any) -> None:
    _duration.labels(task.name).observe(time.monotonic() - _started.pop(task_id))


def _count_retry(sender: Task[..., Any], **_: Any) -> None:
    _retries.labels(sender.name).inc()


def _count_failure(sender: Task[..., Any], **_: Any) -> None:
    _failures.labels(sender.name).inc()


def _note_success(sender: Task[..., Any], **_: Any) -> None:
    _last_success.labels(sender.name).set_to_current_time()


def connect() -> None:
    """Only processes that run tasks hear of them."""
    signals.worker_init.connect(_begin_at_zero)
    signals.task_prerun.connect(_note_start)
    signals.task_postrun.connect(_observe_duration)
    signals.task_retry.connect(_count_retry)
    signals.task_failure.connect(_count_failure)
    signals.task_success.connect(_note_success)
