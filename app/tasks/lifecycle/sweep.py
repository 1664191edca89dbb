"""Files that nothing needs any more."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from tasks import files
from tasks.models import ImportJob

ORPHAN_AGE = timedelta(hours=6)
"""A folder without a job is younger than this while its upload may still be under way."""


def sweep() -> None:
    """What ended jobs do not need, and folders of uploads that never became one."""
    for job in _unswept()[:1000]:
        _sweep_job(job)
    remove_orphans()
    remove_broken_uploads()


def sweep_ended(job_id: uuid.UUID) -> None:
    """What this job does not need, right after its end; nothing while it is under way."""
    for job in _unswept().filter(id=job_id):
        _sweep_job(job)


def _unswept() -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(finished_at__isnull=False, swept_at=None)


def _sweep_job(job: ImportJob) -> None:
    with files.log_failed_removal(job.file):
        remove_plans(job.id)
        if job.has_secrets:
            default_storage.delete(job.file)
        ImportJob.objects.filter(id=job.id).update(swept_at=timezone.now())


def remove_plans(job_id: uuid.UUID) -> None:
    """What planning made, that of dead attempts too; the original stays."""
    folder = files.job_folder(job_id)
    for prefix in _folders(folder):
        files.remove_tree(f"{folder}/{prefix}")


def remove_orphans() -> None:
    """What a web process stored that died before its job was committed."""
    known = {str(job_id) for job_id in ImportJob.objects.values_list("id", flat=True)}
    for name in set(_folders(files.ROOT)) - known:
        folder = f"{files.ROOT}/{name}"
        with files.log_failed_removal(folder):
            if default_storage.exists(folder) and _age(folder) > ORPHAN_AGE:
                files.remove_tree(folder)


def remove_broken_uploads() -> None:
    """What a web process was receiving when it was killed."""
    before = (timezone.now() - ORPHAN_AGE).timestamp()
    for path in settings.INCOMING_DIR.glob("*"):
        with files.log_failed_removal(path.name):
            if path.stat().st_mtime < before:
                path.unlink()


def _age(folder: str) -> timedelta:
    return timezone.now() - default_storage.get_modified_time(folder)


def _folders(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return []
