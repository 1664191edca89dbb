"""The plan: a whole file checked once, its people in chunk files, everything visible at once."""

import uuid
from collections.abc import Iterator, Sequence

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.failpoints import failpoint
from tasks import files
from tasks.checking import validate
from tasks.codes import FileError
from tasks.lifecycle import attempts, cancel, finish
from tasks.models import ImportChunk, ImportJob
from tasks.options import Options
from tasks.planning import verdict
from tasks.planning.chunking import StoredChunk, write_chunks
from tasks.planning.rejected_rows import RejectedRows
from tasks.reading.ahead import ahead
from tasks.reading.header import Header
from tasks.reading.table import BLOCK_SIZE, Table
from users_uc.passwords.strength import is_weak

_INSERTED_CHUNKS = 1000
"""At once: a statement takes 65,535 parameters, which 4,370 chunks exceed."""


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
            finish.fail_job(job, finish.attempts_exhausted(planning=True))
            return False
        work.update(status=ImportJob.Status.STARTED)
        failpoint("planning")
        try:
            return _plan(work)
        except FileError as error:
            # Not in the plan's transaction: of who was frozen its connection may be gone by now.
            finish.fail_job(job, error)
        except cancel.CancelledError:
            pass
        return False


def _plan(work: QuerySet[ImportJob]) -> bool:
    """In one transaction: a file that turns out bad leaves no chunks and no refused rows."""
    with transaction.atomic():
        job = attempts.lock(work)
        if job is None:
            return False
        with files.new_plan(job.id) as prefix:
            chunks, rejected_rows = _read(job, prefix)
        planned = _judge(job, chunks, rejected_rows)
        failpoint("planned")
    return planned


def _read(job: ImportJob, prefix: str) -> tuple[list[StoredChunk], RejectedRows]:
    """Read the file. FileError where it cannot be imported."""
    rejected_rows = RejectedRows(job.id)
    with files.open_table(job) as table:
        chunks = write_chunks(
            _people(table, rejected_rows),
            prefix,
            chunk_rows=_chunk_rows(table.header),
            reject=rejected_rows.add,
            show_values=not table.header.has_secrets,
            heartbeat=cancel.CancellationPoll(job.id),
        )
    rejected_rows.write()
    return chunks, rejected_rows


def _people(table: Table, rejected_rows: RejectedRows) -> Iterator[pl.DataFrame]:
    """Batch by batch, the next being read meanwhile."""
    for batch in ahead(table.batches(_block_size(table.header))):
        people, rejected = validate.check(batch.rows, table.header, weak_password=is_weak)
        rejected_rows.add(batch.rejected)
        rejected_rows.add(rejected)
        yield people


def _chunk_rows(header: Header) -> int:
    """Fewer where each row takes long."""
    rows: int = settings.IMPORT_CHUNK_ROWS
    return min(rows, settings.IMPORT_HASHED_CHUNK_ROWS) if "password" in header.columns else rows


def _block_size(header: Header) -> int:
    """Looking how strong a password is takes long, and each block is a sign of life."""
    return 256 * 1024 if "password" in header.columns else BLOCK_SIZE


def _judge(job: ImportJob, chunks: Sequence[StoredChunk], rejected_rows: RejectedRows) -> bool:
    """The planned job, or the failed one where its uploader wants that of so many refusals."""
    failed, people = rejected_rows.rows, sum(chunk.rows for chunk in chunks)
    rows = failed + people
    counts = {
        "rows": rows,
        "failed": failed,
        "rejections": rejected_rows.by_code,
        "passwords": sum(chunk.passwords for chunk in chunks),
    }
    if error := verdict.objection(Options(**job.options), failed=failed, rows=rows):
        finish.fail_job(job, error, **counts, not_loaded=people)
        return False
    _insert_chunks(job, chunks)
    ImportJob.objects.filter(id=job.id).update(
        status=ImportJob.Status.PROGRESS, planned_at=timezone.now(), **counts
    )
    return True


def _insert_chunks(job: ImportJob, chunks: Sequence[StoredChunk]) -> None:
    ImportChunk.objects.bulk_create(
        (
            ImportChunk(job=job, number=number, file=chunk.file, rows=chunk.rows)
            for number, chunk in enumerate(chunks, start=1)
        ),
        batch_size=_INSERTED_CHUNKS,
    )
