"""The plan: a whole file checked once, its people in chunk files, everything visible at once."""

import uuid
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tasks.models import ImportChunk, ImportJob, ImportRowError
from tasks.pipeline import attempts, cancel, files, rejects, report, validate
from tasks.pipeline.codes import FileError
from tasks.pipeline.copying import copy_buffer, copy_into, with_constant
from tasks.pipeline.draft import Draft
from tasks.pipeline.parse import Table
from users_uc.password_strength import is_weak


def plan(job_id: uuid.UUID) -> bool:
    """Plan the job; whether it now has chunks to publish.

    False also where another plans it, it is planned already, or its file cannot be imported (the
    job is then FAILURE). Raises attempts.EXPECTED_FAULTS, after which planning starts clean.
    """
    jobs = ImportJob.objects.filter(id=job_id, status__in=ImportJob.PLANNABLE)
    work = jobs.filter(cancellation=None)
    with attempts.attempt(work, name=f"plan {job_id}") as job:
        if job is None:
            return False
        if attempts.exhausted(job):
            report.fail(job, report.exhausted("planning it"))
            return False
        work.update(status=ImportJob.Status.STARTED)
        with transaction.atomic():
            locked = attempts.lock(work)
            return locked is not None and _plan_locked(locked)


def _plan_locked(job: ImportJob) -> bool:
    try:
        draft = _draft(job)
    except FileError as error:
        report.fail(job, error)
        return False
    except cancel.CancelledError:
        return False
    _insert(job, draft)
    return True


def _draft(job: ImportJob) -> Draft:
    """Read the file. FileError where it cannot be imported."""
    heed = partial(cancel.heed, job.id)
    draft = Draft(job.id, chunk_rows=settings.IMPORT_CHUNK_ROWS, show_life=heed)
    try:
        stream = files.open_csv(job)
    except FileNotFoundError:
        raise FileError("file_missing", "The file is gone; upload it again.") from None
    with stream:
        table = Table(
            stream,
            encoding=job.encoding,
            delimiter=job.delimiter,
            columns=job.options.get("columns", {}),
        )
        for batch in table.batches():
            people, refused = validate.check(batch.rows, table.header, weak_password=is_weak)
            draft.add(people, batch.rejects.frame(), refused)
    draft.finish()
    return draft


def _insert(job: ImportJob, draft: Draft) -> None:
    """Chunks, refusals and the planned job, in the caller's transaction."""
    ImportChunk.objects.bulk_create(
        ImportChunk(job=job, number=number, file=chunk.file, rows=chunk.rows)
        for number, chunk in enumerate(draft.chunks, start=1)
    )
    refusals = (with_constant(refused, "job_id", job.id) for refused in draft.refusals())
    columns = [*rejects.SCHEMA, "job_id"]
    copy_into(ImportRowError._meta.db_table, columns, map(copy_buffer, refusals))
    ImportJob.objects.filter(id=job.id).update(
        status=ImportJob.Status.PROGRESS,
        planned_at=timezone.now(),
        rows=draft.people_rows + draft.refused_rows,
        failed=draft.refused_rows,
        refusals=draft.refused_by_code,
    )
