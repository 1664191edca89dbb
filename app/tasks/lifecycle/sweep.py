"""The deletion of files that are not needed any more."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from core.postgres.unlocked import update_unlocked
from tasks import files
from tasks.lifecycle import ownership
from tasks.models import ImportJob

ORPHAN_AGE = timedelta(hours=6)
"""A file or folder without a job that is older does not belong to a running upload."""


def sweep() -> None:
    """Delete files of ended jobs, folders without a job, and broken uploads."""
    for job in _unswept()[:1000]:
        _sweep_job(job)
    remove_orphans()
    remove_broken_uploads()


def sweep_ended(job_id: uuid.UUID) -> None:
    """Delete the files that this job does not need any more, if it has ended."""
    for job in _unswept().filter(id=job_id):
        _sweep_job(job)


def _unswept() -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(finished_at__isnull=False, swept_at=None)


def _sweep_job(job: ImportJob) -> None:
    with files.log_failed_removal(job.file):
        remove_plans(job.id)
        if job.has_secrets:
            default_storage.delete(job.file)
        update_unlocked(
            ImportJob.objects.filter(id=job.id),
            swept_at=timezone.now(),
            owner=ownership.existing_owner(),
        )


def remove_plans(job_id: uuid.UUID) -> None:
    """Delete the chunk files of all attempts to plan the job. The uploaded file stays."""
    folder = files.job_folder(job_id)
    for plan in _folders(folder):
        files.remove_tree(f"{folder}/{plan}")


def remove_orphans() -> None:
    """Delete files of web workers that died before they committed their job."""
    jobs = {str(job_id) for job_id in ImportJob.objects.values_list("id", flat=True)}
    for name in set(_folders(files.ROOT)) - jobs:
        folder = f"{files.ROOT}/{name}"
        with files.log_failed_removal(folder):
            if default_storage.exists(folder) and _age(folder) > ORPHAN_AGE:
                files.remove_tree(folder)


def remove_broken_uploads() -> None:
    """Delete files that a web worker was receiving when it was killed."""
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
