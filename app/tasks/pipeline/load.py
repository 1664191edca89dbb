"""A chunk's people into the users table: one transaction, together with the chunk's `done`."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from tasks.models import ImportChunk
from tasks.pipeline import attempts, files
from tasks.pipeline.copying import copy_buffer, copy_into, with_constant
from tasks.pipeline.merge import Outcome, merge
from users_uc.models import User

Chunks = QuerySet[ImportChunk]


def load(job_id: uuid.UUID, number: int) -> None:
    """Load the chunk unless it is done or another works on it.

    Raises attempts.EXPECTED_FAULTS, after which nothing of it is loaded.
    """
    chunks = ImportChunk.objects.filter(job_id=job_id, number=number)
    work = chunks.filter(state=ImportChunk.State.OPEN, job__cancellation=None)
    name, progress_at = f"chunk {job_id} {number}", _last_progress(job_id)
    with attempts.attempt(work, name=name, progress_at=progress_at) as chunk:
        if chunk is None:
            return
        if attempts.exhausted(chunk):
            _end(chunk, state=ImportChunk.State.FAILED, error_code="attempts_exhausted")
        else:
            _load(work, chunk)


def _last_progress(job_id: uuid.UUID) -> datetime | None:
    done = ImportChunk.objects.filter(job_id=job_id, state=ImportChunk.State.DONE)
    latest: datetime | None = done.aggregate(latest=Max("finished_at"))["latest"]
    return latest


def _load(work: Chunks, chunk: ImportChunk) -> None:
    """Build the buffer first, so that the lock is held for COPY and commit only."""
    try:
        rows = files.read_chunk(chunk.file)
    except FileNotFoundError:
        _end(chunk, state=ImportChunk.State.FAILED, error_code="file_missing")
        return
    people = with_constant(rows.drop("record", "line"), "import_id", chunk.job_id)
    buffer = copy_buffer(people)
    with transaction.atomic():
        if attempts.lock(work) is None:
            return
        _commit_without_waiting()
        try:
            with transaction.atomic():
                copy_into(User._meta.db_table, people.columns, [buffer])
        except IntegrityError:  # somebody of them exists
            outcome = merge(people.insert_column(0, rows["record"]))
        else:
            outcome = Outcome(created=chunk.rows)
        _end(chunk, state=ImportChunk.State.DONE, **outcome)


def _commit_without_waiting() -> None:
    """A crash that loses this commit loses `done` with it; finish commits synchronously."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _end(chunk: ImportChunk, **fields: Any) -> None:
    """Also where the job was cancelled after the lock was taken: the people are loaded then."""
    work = ImportChunk.objects.filter(pk=chunk.pk, state=ImportChunk.State.OPEN)
    work.update(finished_at=timezone.now(), **fields)
