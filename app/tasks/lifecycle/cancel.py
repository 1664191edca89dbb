"""Cancellation: rows that are loaded stay, and no further row is loaded."""

import uuid
from collections.abc import Callable
from time import monotonic
from typing import Final

from opentelemetry.instrumentation.utils import suppress_instrumentation

from tasks.lifecycle import finish
from tasks.models import Cancellation, ImportJob

POLL_INTERVAL: Final = 0.5
"""Seconds. Each poll is a query, and the steps of the work may be short."""


class CancelledError(Exception):
    """A user has cancelled the job."""


def cancel(job: ImportJob, *, publish: Callable[[ImportJob], object] = lambda _job: None) -> bool:
    """Cancel the job. Return whether it is or will be `REVOKED`; `False` if it ended otherwise.

    A job that is being planned or loaded is `REVOKED` by its Celery worker at the next poll. The
    first call calls `publish`. A second one changes nothing.
    """
    if not Cancellation.is_requested(job.id) and _request(job):
        publish(job)
    ended_otherwise = [ImportJob.Status.SUCCESS, ImportJob.Status.FAILURE]
    return not ImportJob.objects.filter(id=job.id, status__in=ended_otherwise).exists()


def _request(job: ImportJob) -> bool:
    """Request the cancellation unless the job has ended. Return whether this call was the first."""
    finish.finish_job(job.id)  # A job whose work is done ends in its own state.
    if not ImportJob.objects.filter(id=job.id, finished_at=None).exists():
        return False
    _, is_first = Cancellation.objects.get_or_create(job=job)
    if is_first:
        finish.finish_job(job.id)
    return is_first


class CancellationPoll:
    """A callable for each step of long work. It raises `CancelledError` if the job is cancelled.

    Its queries also show that the process is alive: recover closes a connection that holds a lock
    and is silent for LOADER_STALL.
    """

    def __init__(self, job_id: uuid.UUID) -> None:
        self._job_id = job_id
        self._next_poll = 0.0

    def __call__(self) -> None:
        """Poll, unless the last poll was less than POLL_INTERVAL ago."""
        if (now := monotonic()) < self._next_poll:
            return
        self._next_poll = now + POLL_INTERVAL
        with suppress_instrumentation():
            if Cancellation.is_requested(self._job_id):
                raise CancelledError
