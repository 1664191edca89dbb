"""The wish to end an import: what is loaded stays, the rest is not begun."""

import uuid
from time import monotonic
from typing import Final

from opentelemetry.instrumentation.utils import suppress_instrumentation

from tasks.lifecycle import finish
from tasks.models import Cancellation, ImportJob

POLL_INTERVAL: Final = 0.5
"""Seconds; each look is a query, and steps may be short."""


class CancelledError(Exception):
    """Somebody has cancelled the job."""


def cancel(job: ImportJob) -> bool:
    """Cancel the job; whether it is or will be REVOKED. False where it has ended otherwise.

    It is REVOKED at once, or by those who work on it when they see the wish. Twice is once.
    """
    finish.finish_job(job.id)  # where only that was left to do, there is nothing to cancel
    if ImportJob.objects.filter(id=job.id, finished_at=None).exists():
        Cancellation.objects.bulk_create([Cancellation(job=job)], ignore_conflicts=True)
        finish.finish_job(job.id)
    ended_otherwise = [ImportJob.Status.SUCCESS, ImportJob.Status.FAILURE]
    return not ImportJob.objects.filter(id=job.id, status__in=ended_otherwise).exists()


class CancellationPoll:
    """Called by long work at each step: CancelledError where its job is cancelled.

    It is also the sign of life that recover wants: whoever asks PostgreSQL nothing for
    LOADER_STALL is taken as frozen.
    """

    def __init__(self, job_id: uuid.UUID) -> None:
        self._job_id = job_id
        self._next_poll = 0.0

    def __call__(self) -> None:
        """Look, unless the last look was LOOK_EVERY seconds ago or less."""
        if (now := monotonic()) < self._next_poll:
            return
        self._next_poll = now + POLL_INTERVAL
        with suppress_instrumentation():
            if Cancellation.is_asked(self._job_id):
                raise CancelledError
