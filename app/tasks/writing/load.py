"""The load of a chunk: its users and its state `done` are written in one transaction."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from core.failpoints import failpoint
from tasks import files
from tasks.codes import FileError
from tasks.lifecycle import attempts
from tasks.lifecycle.cancel import CancellationPoll, CancelledError
from tasks.models import ImportChunk
from tasks.options import Options, unknown_option_error
from tasks.writing import write
from tasks.writing.attributes import ATTRIBUTES, require_unchanged, with_documents
from tasks.writing.outcome import Outcomes, tally
from tasks.writing.preview import preview
from tasks.writing.rejecting import store_rejected
from users_uc.attribute_queries import declared_attributes

Chunks = QuerySet[ImportChunk]


def load(job_id: uuid.UUID, number: int) -> None:
    """Load the chunk, unless it is done or another worker loads it.

    Raises one of attempts.EXPECTED_FAULTS; nothing of the chunk is loaded then.
    """
    chunks = ImportChunk.objects.filter(job_id=job_id, number=number)
    work = chunks.filter(state=ImportChunk.State.OPEN, job__cancellation=None)
    work = work.select_related("job")
    name, progress_at = f"chunk {job_id} {number}", _last_progress(job_id)
    with attempts.attempt(work, name=name, progress_at=progress_at) as chunk:
        if chunk is None:
            return
        if attempts.exhausted(chunk):
            _close(chunk, state=ImportChunk.State.FAILED, error_code="attempts_exhausted")
        else:
            _load(work, chunk)


def _last_progress(job_id: uuid.UUID) -> datetime | None:
    done = ImportChunk.objects.filter(job_id=job_id, state=ImportChunk.State.DONE)
    latest: datetime | None = done.aggregate(latest=Max("finished_at"))["latest"]
    return latest


def _load(work: Chunks, chunk: ImportChunk) -> None:
    """Prepare first, which is slow, so that the lock is held only for writing and the commit."""
    try:
        if unknown := unknown_option_error(chunk.job.options):
            raise unknown
        options, declared = Options.from_json(chunk.job.options), declared_attributes()
        rows = with_documents(files.read_chunk(chunk.file), options, declared)
        write_users = _prepare(rows, options, chunk.job_id)
    except FileError as error:
        _close(chunk, state=ImportChunk.State.FAILED, error_code=error.code)
        return
    except CancelledError:
        return
    failpoint("loading")
    with transaction.atomic():
        if attempts.lock(work) is None:
            return
        if ATTRIBUTES in rows.columns:
            require_unchanged(declared)
        _disable_synchronous_commit()
        outcomes = write_users()
        rejected = store_rejected(chunk, outcomes, rows)
        _close(chunk, state=ImportChunk.State.DONE, **tally(outcomes, rows), **rejected)
        failpoint("loaded")


def _prepare(rows: pl.DataFrame, options: Options, job_id: uuid.UUID) -> Callable[[], Outcomes]:
    if options.dry_run:
        return partial(preview, rows, options)
    return write.prepare(rows, job_id=job_id, options=options, heartbeat=CancellationPoll(job_id))


def _disable_synchronous_commit() -> None:
    """Let the commit return before it is on disk.

    A crash that loses the commit loses `done` too, and `finish` commits synchronously.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _close(chunk: ImportChunk, **fields: Any) -> None:
    """Store the end of an open chunk.

    A cancellation after the lock does not matter here, because the users are then loaded.
    """
    work = ImportChunk.objects.filter(pk=chunk.pk, state=ImportChunk.State.OPEN)
    work.update(finished_at=timezone.now(), **fields)
