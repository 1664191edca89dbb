"""The plan: the file is checked as a whole, and its users are written to chunk files.

One transaction makes the plan visible.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.failpoints import failpoint
from core.frames import compacted
from tasks import files
from tasks.checking import validate
from tasks.checking.validate import Policy
from tasks.codes import FileError
from tasks.lifecycle import attempts, cancel, finish
from tasks.lifecycle.rejected_rows import RejectedRows
from tasks.models import ImportChunk, ImportJob
from tasks.options import Options, unknown_option_error
from tasks.planning import duplicates, verdict, whole_file
from tasks.planning.chunking import StoredChunk, write_chunks
from tasks.planning.duplicates import Key
from tasks.reading.ahead import prefetch
from tasks.reading.table import BLOCK_SIZE, Table
from users_uc.attribute_queries import declared_attributes
from users_uc.attributes.declared import Declared
from users_uc.passwords.strength import is_weak

_INSERTED_CHUNKS = 1000
"""Chunks in a statement; 4,370 chunks would exceed its 65,535 parameters."""


def plan(job_id: uuid.UUID) -> bool:
    """Plan the job and return whether it now has chunks to publish.

    Return `False` too if another worker plans the job, if it is planned already, or if its file
    cannot be imported (the job is then FAILURE). Raises one of attempts.EXPECTED_FAULTS; the next
    attempt then starts from the beginning.
    """
    jobs = ImportJob.objects.filter(id=job_id, status__in=ImportJob.PLANNABLE)
    work = jobs.filter(cancellation=None)
    with attempts.attempt(work, name=f"plan {job_id}") as job:
        if job is None:
            return False
        if forbidden := _forbidden(job):
            finish.fail_job(job, forbidden)
            return False
        work.update(status=ImportJob.Status.STARTED)
        failpoint("planning")
        try:
            return _plan(work)
        except FileError as error:
            # Outside the plan's transaction: a worker that was frozen may have lost its connection.
            finish.fail_job(job, error)
        except cancel.CancelledError:
            pass
        return False


def _forbidden(job: ImportJob) -> FileError | None:
    """Return the error of a job that must not be planned, or `None`."""
    if attempts.exhausted(job):
        return finish.attempts_exhausted(planning=True)
    return unknown_option_error(job.options)


def _plan(work: QuerySet[ImportJob]) -> bool:
    """Plan in one transaction, so that a file error leaves no chunks and no rejected rows."""
    with transaction.atomic():
        job = attempts.lock(work)
        if job is None:
            return False
        with files.new_plan(job.id) as prefix, files.damage_as_file_error():
            chunks, rejected_rows = _read(job, prefix)
        planned = _accept_or_fail(job, chunks, rejected_rows)
        failpoint("planned")
    return planned


def _read(job: ImportJob, prefix: str) -> tuple[list[StoredChunk], RejectedRows]:
    """Read the file and set what only the whole file shows.

    Raises `FileError` if the file cannot be imported.
    """
    rejected_rows = RejectedRows(job.id, room=settings.IMPORT_MAX_ROW_ERRORS)
    heartbeat = cancel.CancellationPoll(job.id)
    options, declared = Options.from_json(job.options), declared_attributes()
    whole_file.examine(job, declared, heartbeat=heartbeat)
    with files.open_table(job, declared) as table:
        _require_declared(table, declared)
        if options.match == "external_id":
            table.require_external_id()
        job.imported_columns = table.header.columns
        job.ignored_columns = list(table.header.ignored)
        job.header_line = table.header_record.line
        job.has_secrets = table.header.has_secrets or (job.has_secrets and not job.is_workbook)
        chunks = write_chunks(
            _users(table, rejected_rows, options, _policy(declared), heartbeat),
            prefix,
            keys=duplicates.keys_of(options.match, table.header.columns),
            chunk_rows=settings.IMPORT_CHUNK_ROWS,
            hashed_chunk_rows=settings.IMPORT_HASHED_CHUNK_ROWS,
            reject=partial(_reject_repeated, rejected_rows, show_values=not job.has_secrets),
            heartbeat=heartbeat,
        )
    rejected_rows.write()
    return chunks, rejected_rows


def _reject_repeated(
    rejected_rows: RejectedRows, repeated: pl.DataFrame, key: Key, *, show_values: bool
) -> None:
    rejected_rows.add(duplicates.rejected_rows(repeated, key, show_values=show_values))


def _require_declared(table: Table, declared: Declared) -> None:
    """Raise `FileError` if the option `columns` names an attribute that was deleted meanwhile."""
    for name in table.header.attributes:
        if name not in declared:
            raise FileError("attribute_changed")


def _policy(declared: Declared) -> Policy:
    key_size = len(settings.FIREBASE_SCRYPT_SIGNER_KEY)
    return Policy(weak_password=is_weak, firebase_key_size=key_size, attributes=declared)


def _users(
    table: Table,
    rejected_rows: RejectedRows,
    options: Options,
    policy: Policy,
    heartbeat: Callable[[], None],
) -> Iterator[pl.DataFrame]:
    """Yield the users of each batch while a thread reads the next batch.

    Stop at the row with which too many rows are rejected.
    """
    for batch in prefetch(table.batches(BLOCK_SIZE), heartbeat=heartbeat):
        users, rejected = validate.check(
            batch.rows,
            table.header,
            policy=policy,
            heartbeat=heartbeat,
            options=options,
            is_plain=batch.is_plain,
        )
        rejected = pl.concat([batch.rejected, rejected]).sort("record")
        last = verdict.last_record(options, rejected["record"], before=rejected_rows.rows)
        if last is not None:
            users, rejected = (rows.filter(pl.col("record") <= last) for rows in (users, rejected))
        rejected_rows.add(rejected)
        yield compacted(users) if users.height < rejected.height else users
        if last is not None:
            return


def _accept_or_fail(
    job: ImportJob, chunks: Sequence[StoredChunk], rejected_rows: RejectedRows
) -> bool:
    """Store the plan and return `True`, or fail a job with too many rejected rows."""
    failed, users = rejected_rows.rows, sum(chunk.rows for chunk in chunks)
    rows = failed + users
    counts = {
        "rows": rows,
        "failed": failed,
        "left_out": rejected_rows.left_out,
        "rejections": rejected_rows.by_code,
        "passwords": sum(chunk.passwords for chunk in chunks),
        "csv_size": job.csv_size,
        "sheet": job.sheet,
        "other_sheets": job.other_sheets,
        "sheet_file": job.sheet_file,
        "encoding": job.encoding,
        "encoding_guess": job.encoding_guess,
        "has_secrets": job.has_secrets,
        "imported_columns": job.imported_columns,
        "ignored_columns": job.ignored_columns,
        "header_line": job.header_line,
    }
    if error := verdict.limit_error(Options.from_json(job.options), failed=failed, rows=rows):
        finish.fail_job(job, error, **counts, not_loaded=users)
        _insert_chunks(job, chunks, state=ImportChunk.State.CANCELLED)
        return False
    _insert_chunks(job, chunks)
    ImportJob.objects.filter(id=job.id).update(
        status=ImportJob.Status.PROGRESS, planned_at=timezone.now(), **counts
    )
    return True


def _insert_chunks(
    job: ImportJob,
    chunks: Sequence[StoredChunk],
    *,
    state: ImportChunk.State = ImportChunk.State.OPEN,
) -> None:
    ImportChunk.objects.bulk_create(
        (
            ImportChunk(
                job=job,
                number=number,
                state=state,
                file=chunk.file,
                index=chunk.index,
                rows=chunk.rows,
            )
            for number, chunk in enumerate(chunks, start=1)
        ),
        batch_size=_INSERTED_CHUNKS,
    )
