"""The deletion of an import's file, rejected rows and chunks some time after its end."""

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from core.postgres.unlocked import delete_unlocked, update_unlocked
from core.storage.removal import log_failed_removal
from tasks import files
from tasks.lifecycle import backup, ownership
from tasks.models import ImportJob

_BATCH: Final = 1000
_RECORDS: Final = 50_000
"""Records whose rejections one statement deletes. A statement that deletes millions times out."""


def expire_old() -> None:
    """Delete what belongs to jobs that ended IMPORT_RETENTION ago. Their totals stay."""
    before = timezone.now() - settings.IMPORT_RETENTION
    ended = ImportJob.objects.filter(finished_at__lt=before, expired_at=None)
    for job in ended.order_by("finished_at")[:_BATCH]:
        with log_failed_removal(job.file):
            _expire(job)


def _expire(job: ImportJob) -> None:
    """Delete all but the job's row, and then mark the job.

    If the process dies in between, or if another transaction holds a row, the next sweep repeats
    this. So nothing here waits for a lock, and no transaction is long.
    """
    if backup.is_running():
        return
    files.remove_tree(files.job_folder(job.id))
    for rows in (*_row_errors_in_parts(job), job.chunks.all()):
        delete_unlocked(rows)
    if not (job.row_errors.exists() or job.chunks.exists()):
        update_unlocked(
            ImportJob.objects.filter(id=job.id),
            expired_at=timezone.now(),
            encoding_guess=None,
            owner=ownership.existing_owner(),
        )


def _row_errors_in_parts(job: ImportJob) -> Iterator[QuerySet[Any]]:
    last = job.row_errors.aggregate(last=Max("record", default=0))["last"]
    for first in range(0, last + 1, _RECORDS):
        yield job.row_errors.filter(record__gte=first, record__lt=first + _RECORDS)
