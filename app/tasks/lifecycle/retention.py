"""What is removed of an import some time after its end: its file, its refused rows, its chunks."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tasks import files
from tasks.models import ImportJob

_AT_ONCE = 1000


def expire_old() -> None:
    """Leave of jobs that ended IMPORT_RETENTION ago what their status shows: the totals."""
    before = timezone.now() - settings.IMPORT_RETENTION
    for job in ImportJob.objects.filter(finished_at__lt=before, expired_at=None)[:_AT_ONCE]:
        _expire(job)


def _expire(job: ImportJob) -> None:
    """Files first: whoever dies in between leaves a job that the next sweep takes again."""
    with files.log_failed_removal(job.file), transaction.atomic():
        files.remove_tree(files.job_folder(job.id))
        job.row_errors.all().delete()
        job.chunks.all().delete()
        ImportJob.objects.filter(id=job.id).update(expired_at=timezone.now())
