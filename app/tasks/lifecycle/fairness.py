"""Fairness between users: of each user only a few small files with few bytes are queued at once.

Small files of all users share a queue. The other small files of a user wait in PostgreSQL. They are
queued in their order as earlier ones end, and `recover` queues those whose turn was missed because
a process died.
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Now

from tasks.models import ImportChunk, ImportJob

_IS_WAITING = Q(status=ImportJob.Status.PENDING, queued_at=None)
_QUEUED_BYTES: Final = 500_000
"""Bytes of a user's queued small files together, unless a single one has more.

The file of another user waits for them. A byte of the costliest file takes some microseconds.
"""

_HASHED_AT_ONCE: Final = 25
"""Passwords of a small file, which take 0.7 s of processor time."""


def _is_queued() -> Q:
    """Return the condition of an unfinished job in the queue of small files.

    A job that a worker began long ago does not count: it may be stalled, or wait for storage.
    """
    recent = Now() - Value(settings.RECOVER_AFTER)
    return Q(
        Q(started_at=None) | Q(started_at__gt=recent),
        status__in=ImportJob.UNFINISHED,
        queued_at__isnull=False,
        csv_size__lt=settings.IMPORT_SMALL_FILE_SIZE,
        passwords__lte=_HASHED_AT_ONCE,
    ) & ~Q(~Q(compression=""), csv_size=0)


def must_wait(job: ImportJob) -> bool:
    """Return whether a new job must wait: its owner has enough queued ones, or a waiting one."""
    if not _has_small_file(job):
        return False
    state = _state(job.owner_id)
    is_full = state["queued"] >= settings.IMPORT_QUEUED_PER_USER
    return bool(state["waiting"]) or is_full or not _fits(job, state["bytes"])


def _state(owner_id: int | None) -> dict[str, int]:
    """Return the numbers of the user's waiting and queued small files, and the queued bytes."""
    unfinished = ImportJob.objects.filter(owner_id=owner_id, status__in=ImportJob.UNFINISHED)
    return unfinished.aggregate(
        waiting=Count("pk", filter=_IS_WAITING),
        queued=Count("pk", filter=_is_queued()),
        bytes=Sum("csv_size", filter=_is_queued(), default=0),
    )


def _fits(job: ImportJob, queued_bytes: int) -> bool:
    return not queued_bytes or queued_bytes + job.csv_size <= _QUEUED_BYTES


def is_small(job: ImportJob) -> bool:
    """Return whether the job belongs into the queue of small files.

    A small file with many passwords takes as much processor time as a large one.
    """
    return _has_small_file(job) and job.passwords <= _HASHED_AT_ONCE


def is_loaded_at_once(job_id: uuid.UUID) -> bool:
    """Return whether the process that has planned the file loads it too.

    The only chunk of a small file would wait in the queue for files of other users again.
    """
    chunks = ImportChunk.objects.filter(job_id=job_id, state=ImportChunk.State.OPEN)
    numbers = list(chunks.values_list("number", flat=True)[:2])
    return numbers == [1] and is_small(ImportJob.objects.get(id=job_id))


def _has_small_file(job: ImportJob) -> bool:
    """Return whether the file is small. A compressed one may have no size until it is planned."""
    is_known: bool = job.csv_size > 0 or not job.compression
    limit: int = settings.IMPORT_SMALL_FILE_SIZE
    return is_known and job.csv_size < limit


def owners_of_waiting(*, behind: uuid.UUID | None = None) -> list[int | None]:
    """Return the users with waiting jobs, and `None` if some belong to a deleted user.

    `behind` restricts them to the owner of this job.
    """
    waiting = ImportJob.objects.filter(_IS_WAITING)
    if behind is not None:
        waiting = waiting.filter(owner__imports=behind)
    return list(waiting.values_list("owner_id", flat=True).distinct())


def queue_waiting(owner_id: int | None) -> list[ImportJob]:
    """Mark the jobs of the user whose turn it is as queued. Return them, to be published.

    Call it after the commit of an upload that must wait, and of the end of a job: one of the two
    sees both. Calls at the same time may queue a few jobs more. Half of the places are filled at
    once, because each call costs a transaction.
    """
    places = settings.IMPORT_QUEUED_PER_USER
    state = _state(owner_id)
    room = places - state["queued"]
    if room < (places + 1) // 2:
        return []
    waiting = ImportJob.objects.filter(_IS_WAITING, owner_id=owner_id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")  # if it is lost, the jobs wait again
        locked = waiting.select_for_update(skip_locked=True, no_key=True)
        chosen = list(_that_fit(locked.order_by("created_at")[:room], state["bytes"]))
        queued = ImportJob.objects.filter(id__in=[job.id for job in chosen])
        queued.update(queued_at=Now(), published_at=Now())
    return chosen


def _that_fit(jobs: Iterable[ImportJob], queued_bytes: int) -> Iterator[ImportJob]:
    """Yield the first jobs for which there is room."""
    for job in jobs:
        if not _fits(job, queued_bytes):
            return
        queued_bytes += job.csv_size
        yield job
