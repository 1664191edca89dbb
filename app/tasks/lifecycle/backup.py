"""The files that a backup of the database needs, kept until they are copied.

A backup holds an advisory lock from before its snapshot of the database until it has copied the
files. Meanwhile no file is removed that a job in the snapshot has.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.postgres.advisory import advisory_lock
from tasks.models import ImportChunk, ImportJob

_LOCK: Final = "backup"


def is_running() -> bool:
    """Return whether files must stay, because a backup copies them.

    Ask after the end of a job is known and before its files are removed: a backup that begins later
    sees the end too, and needs only the files that are left.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(hashtextextended(%s, 0))", [_LOCK])
        return bool(cursor.fetchone() != (True,))


def lock() -> AbstractContextManager[bool]:
    """Keep all files during the body. It gets `False` if another backup keeps them."""
    return advisory_lock(_LOCK)


@contextmanager
def snapshot() -> Iterator[str]:
    """Yield the name of a snapshot of the database that others can use until the end of the body.

    The statements of the body see the same snapshot. Begin it after `lock`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def files() -> Iterator[str]:
    """Yield the names of the files that the jobs have, except those that may be removed now."""
    retained = timezone.now() - settings.IMPORT_RETENTION
    jobs = ImportJob.objects.filter(expired_at=None)
    jobs = jobs.filter(Q(finished_at=None) | Q(finished_at__gt=retained))
    kept = jobs.filter(Q(finished_at=None) | Q(has_secrets=False))
    for names in kept.values_list("file", "sheet_file").iterator():
        yield from filter(None, names)
    chunks = ImportChunk.objects.filter(job__in=jobs)
    yield from chunks.values_list("index", flat=True).iterator()
    unfinished = chunks.filter(job__finished_at=None)
    yield from unfinished.values_list("file", flat=True).iterator()
