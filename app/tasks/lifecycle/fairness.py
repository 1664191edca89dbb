"""Fairness between users: of each user only a few small files are queued at once.

Small files of all users share a queue. The other small files of a user wait in PostgreSQL. They are
queued in their order as earlier ones end, and `recover` queues those whose turn was missed because
a process died.
"""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Now

from tasks.models import ImportJob

_WAITING = ImportJob.objects.filter(status=ImportJob.Status.PENDING, queued_at=None)


def must_wait(job: ImportJob) -> bool:
    """Return whether a new job must wait for earlier ones of its owner."""
    is_small = job.csv_size < settings.IMPORT_SMALL_FILE_SIZE
    return is_small and _queued(job.owner_id).count() >= settings.IMPORT_QUEUED_PER_USER


def owners_of_waiting() -> list[int | None]:
    """Return the users with waiting jobs, and `None` if some belong to a deleted user."""
    return list(_WAITING.order_by().values_list("owner_id", flat=True).distinct())


def queue_waiting(owner_id: int | None) -> list[ImportJob]:
    """Mark the jobs of the user whose turn it is as queued. Return them, to be published.

    Call it after the commit of an upload that must wait, and of the end of a job: one of the two
    sees both. Calls at the same time may queue a few jobs more.
    """
    waiting = _WAITING.filter(owner_id=owner_id)
    if not waiting.exists():
        return []
    room = max(settings.IMPORT_QUEUED_PER_USER - _queued(owner_id).count(), 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")  # if it is lost, the jobs wait again
        locked = waiting.select_for_update(skip_locked=True, no_key=True)
        jobs = list(locked.order_by("created_at")[:room])
        chosen = ImportJob.objects.filter(id__in=[job.id for job in jobs])
        chosen.update(queued_at=Now(), published_at=Now())
    return jobs


def _queued(owner_id: int | None) -> QuerySet[ImportJob]:
    """Return the user's unfinished jobs in the queue of small files.

    A job that a worker began long ago does not count: it may be stalled, or wait for storage.
    """
    not_stuck = Q(started_at=None) | Q(started_at__gt=Now() - Value(settings.RECOVER_AFTER))
    return ImportJob.objects.filter(
        not_stuck,
        owner_id=owner_id,
        status__in=ImportJob.UNFINISHED,
        queued_at__isnull=False,
        csv_size__lt=settings.IMPORT_SMALL_FILE_SIZE,
        passwords__lte=settings.IMPORT_HASHED_CHUNK_ROWS,
    )
