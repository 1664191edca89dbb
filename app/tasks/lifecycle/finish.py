"""The end of a job: its totals and its final state."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.failpoints import failpoint
from tasks.codes import FileError
from tasks.lifecycle import attempts
from tasks.lifecycle.notice import announce_end
from tasks.models import Cancellation, ImportChunk, ImportJob
from tasks.options import unknown_option_error


def attempts_exhausted(*, planning: bool) -> FileError:
    """Return the error of work that ended its Celery worker at each attempt."""
    message_id = "planning_exhausted" if planning else "loading_exhausted"
    return FileError("attempts_exhausted", message_id)


def fail_job(job: ImportJob, error: FileError, **counts: Any) -> None:
    """End a job that has no chunks. `counts` are the fields that a complete plan has counted."""
    with transaction.atomic():
        ended = ImportJob.objects.filter(id=job.id, status__in=ImportJob.PLANNABLE).update(
            status=ImportJob.Status.FAILURE,
            error_code=error.code,
            error_message=str(error.message),
            error_stored=error.message.as_json(),
            finished_at=timezone.now(),
            **({"rows": 0} | counts),
        )
        if ended:
            announce_end(ImportJob.objects.get(id=job.id))


def _sums(job_id: uuid.UUID, counts: Sequence[str]) -> dict[str, int]:
    sums = ImportChunk.objects.filter(job_id=job_id).aggregate(
        **{name: Sum(name, default=0) for name in counts}
    )
    return {name: int(sums[name]) for name in counts}


def finish_job(job_id: uuid.UUID, *, wait: bool = True) -> bool:
    """End the job if it has no work left. Return whether this call ended it.

    Without `wait`, a planned job that another transaction holds is left for a later call.

    A planned job without an open chunk has no work left. If a job is cancelled, chunks and plans
    that no process works on are ended too; a process that works on one calls this afterwards.
    """
    # Checked first without the lock: only loaders that may be the last then wait for the lock.
    if _has_open_chunk(job_id) and not Cancellation.is_requested(job_id):
        return False
    with transaction.atomic():
        job = _lock(job_id, wait=wait)
        if job is None:
            return False
        cancelled = Cancellation.is_requested(job_id)
        if cancelled:
            _cancel_chunks(job)
        if _has_open_chunk(job_id):
            return False
        _end(job, cancelled=cancelled)
        failpoint("finishing")
    return True


def _lock(job_id: uuid.UUID, *, wait: bool) -> ImportJob | None:
    """Lock the job and return it, or `None` if it may not be ended or is being planned.

    A plan takes minutes, so this does not wait for it.
    """
    jobs = ImportJob.objects.filter(id=job_id)
    planned = jobs.filter(status=ImportJob.Status.PROGRESS)
    unplanned = jobs.filter(status__in=ImportJob.PLANNABLE, cancellation__isnull=False)
    locked = planned.select_for_update(no_key=True, skip_locked=not wait)
    return locked.first() or attempts.lock(unplanned)


def _cancel_chunks(job: ImportJob) -> None:
    """Cancel the open chunks that no process is loading."""
    chunks = job.chunks.filter(state=ImportChunk.State.OPEN)
    unlocked = chunks.select_for_update(skip_locked=True, no_key=True).values("id")
    job.chunks.filter(id__in=unlocked).update(
        state=ImportChunk.State.CANCELLED, finished_at=timezone.now()
    )


def _has_open_chunk(job_id: uuid.UUID) -> bool:
    return ImportChunk.objects.filter(job_id=job_id, state=ImportChunk.State.OPEN).exists()


def _end(job: ImportJob, *, cancelled: bool) -> None:
    job.rows = job.rows or 0
    counts = _sums(job.id, (*ImportChunk.OUTCOMES, "stays_inactive", "rejected", "left_out"))
    for name in (*ImportChunk.OUTCOMES, "stays_inactive"):
        setattr(job, name, counts[name])
    _add_rejected(job, rejected=counts["rejected"], left_out=counts["left_out"])
    loaded = sum(counts[name] for name in ImportChunk.OUTCOMES)
    job.not_loaded = job.rows - job.failed - loaded
    job.status = ImportJob.Status.SUCCESS
    if cancelled:
        job.status = ImportJob.Status.REVOKED
    elif error := _chunk_error(job):
        job.status, job.error_code = ImportJob.Status.FAILURE, error.code
        job.error_message, job.error_stored = str(error.message), error.message.as_json()
    job.finished_at = timezone.now()
    job.save()
    announce_end(job)


def _add_rejected(job: ImportJob, *, rejected: int, left_out: int) -> None:
    """Add the rows that were rejected while loading to those that the plan has rejected."""
    job.failed += rejected
    job.left_out += left_out
    by_code = Counter(job.rejections)
    for rejections in job.chunks.filter(rejected__gt=0).values_list("rejections", flat=True):
        by_code.update(rejections)
    job.rejections = dict(by_code)


def _chunk_error(job: ImportJob) -> FileError | None:
    failed = job.chunks.filter(state=ImportChunk.State.FAILED).order_by("number").first()
    if failed is None:
        return None
    if failed.error_code == "attempts_exhausted":
        return attempts_exhausted(planning=False)
    if failed.error_code == "attribute_changed":
        return FileError("attribute_changed")
    unknown = unknown_option_error(job.options)
    return unknown or FileError(failed.error_code, "chunk_unreadable")
