"""The end of a job: its totals and its one final state."""

import uuid

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from tasks.models import ImportChunk, ImportJob
from tasks.pipeline.codes import FileError

_OUTCOMES = ("created", "updated", "unchanged", "skipped")


def exhausted(doing: str) -> FileError:
    """The error of a job whose worker died each time."""
    return FileError(
        "attempts_exhausted",
        f"The import was given up: {doing} ended its worker each time. The logs say how.",
    )


def fail(job: ImportJob, error: FileError) -> None:
    """End a job that has no plan."""
    ImportJob.objects.filter(id=job.id, status__in=ImportJob.PLANNABLE).update(
        status=ImportJob.Status.FAILURE,
        error_code=error.code,
        error_message=error.message,
        rows=0,
        finished_at=timezone.now(),
    )


def outcomes(job_id: uuid.UUID) -> dict[str, int]:
    """created, updated, unchanged and skipped, summed over the chunks so far."""
    sums = ImportChunk.objects.filter(job_id=job_id).aggregate(
        **{name: Sum(name, default=0) for name in _OUTCOMES}
    )
    return {name: int(sums[name]) for name in _OUTCOMES}


def finish(job_id: uuid.UUID) -> bool:
    """End the job if it is planned and no chunk is open; whether this call ended it. Idempotent.

    Looks without the lock first: of many loaders only those that may be the last wait for it.
    """
    if _has_open_chunk(job_id):
        return False
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(no_key=True).filter(id=job_id).first()
        if job is None or job.status != ImportJob.Status.PROGRESS or _has_open_chunk(job_id):
            return False
        _end(job)
    return True


def _has_open_chunk(job_id: uuid.UUID) -> bool:
    return ImportChunk.objects.filter(job_id=job_id, state=ImportChunk.State.OPEN).exists()


def _end(job: ImportJob) -> None:
    counts = outcomes(job.id)
    for name, count in counts.items():
        setattr(job, name, count)
    job.not_loaded = (job.rows or 0) - job.failed - sum(counts.values())
    job.status = ImportJob.Status.SUCCESS
    if error := _chunk_error(job):
        job.status, job.error_code, job.error_message = "FAILURE", error.code, error.message
    job.finished_at = timezone.now()
    job.save()


def _chunk_error(job: ImportJob) -> FileError | None:
    failed = job.chunks.filter(state=ImportChunk.State.FAILED).order_by("number").first()
    if failed is None:
        return None
    if failed.error_code == "attempts_exhausted":
        return exhausted("loading a part of it")
    return FileError(failed.error_code, "A prepared part of the file is gone; upload it again.")
