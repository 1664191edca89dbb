"""Metrics of the tasks that this project registers, by task."""

import time
from typing import Any

from celery import Task, signals
from prometheus_client import Counter, Gauge, Histogram

from core.celery import own_tasks

_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600)
_duration = Histogram(
    "accounts_celery_task_duration_seconds",
    "Duration of a run of a task, whatever its result.",
    ["task"],
    buckets=_BUCKETS,
)
_retries = Counter("accounts_celery_task_retries", "Runs that ended with a retry.", ["task"])
_failures = Counter("accounts_celery_task_failures", "Runs that failed without a retry.", ["task"])
_last_success = Gauge(
    "accounts_celery_task_last_success_timestamp_seconds",
    "Time of the last success of a task, in seconds since the epoch.",
    ["task"],
    multiprocess_mode="max",
)
_started: dict[str, float] = {}


def _create_counters(**_: Any) -> None:
    """Create the counters. increase() of Prometheus ignores the first sample of a counter."""
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
    """Connect to Celery's signals, which only processes that run tasks send."""
    signals.worker_init.connect(_create_counters)
    signals.task_prerun.connect(_note_start)
    signals.task_postrun.connect(_observe_duration)
    signals.task_retry.connect(_count_retry)
    signals.task_failure.connect(_count_failure)
    signals.task_success.connect(_note_success)
