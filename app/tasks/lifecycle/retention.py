"""The deletion of an import's file, rejected rows and chunks some time after its end."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tasks import files
from tasks.lifecycle import ownership
from tasks.models import ImportJob

_BATCH = 1000


def expire_old() -> None:
    """Delete what belongs to jobs that ended IMPORT_RETENTION ago. Their totals stay."""
    before = timezone.now() - settings.IMPORT_RETENTION
    for job in ImportJob.objects.filter(finished_at__lt=before, expired_at=None)[:_BATCH]:
        _expire(job)


def _expire(job: ImportJob) -> None:
    """Delete the files first: if the process dies in between, the next sweep repeats this."""
    with files.log_failed_removal(job.file), transaction.atomic():
        files.remove_tree(files.job_folder(job.id))
        job.row_errors.all().delete()
        job.chunks.all().delete()
        ImportJob.objects.filter(id=job.id).update(
            expired_at=timezone.now(), owner=ownership.existing_owner()
        )
