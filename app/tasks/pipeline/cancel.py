"""The wish to end an import: what is loaded stays, the rest is not begun."""

import uuid

from opentelemetry.instrumentation.utils import suppress_instrumentation

from tasks.models import Cancellation, ImportJob
from tasks.pipeline import report


class CancelledError(Exception):
    """Somebody has cancelled the job."""


def cancel(job: ImportJob) -> bool:
    """Cancel the job; whether it is or will be REVOKED. False where it has ended otherwise.

    It is REVOKED at once, or by those who work on it when they see the wish. Twice is once.
    """
    report.finish(job.id)  # where only that was left to do, there is nothing to cancel
    if ImportJob.objects.filter(id=job.id, finished_at=None).exists():
        Cancellation.objects.bulk_create([Cancellation(job=job)], ignore_conflicts=True)
        report.finish(job.id)
    ended_otherwise = [ImportJob.Status.SUCCESS, ImportJob.Status.FAILURE]
    return not ImportJob.objects.filter(id=job.id, status__in=ended_otherwise).exists()


def heed(job_id: uuid.UUID) -> None:
    """CancelledError where the job is cancelled; long work calls it at each step.

    It is also the sign of life that recover wants: whoever asks PostgreSQL nothing for
    LOADER_STALL is taken as frozen.
    """
    with suppress_instrumentation():
        if Cancellation.is_asked(job_id):
            raise CancelledError
