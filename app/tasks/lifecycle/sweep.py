"""The deletion of files that are not needed any more."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from core.postgres.unlocked import update_unlocked
from core.storage.base import INCOMING, file_storage
from core.storage.removal import log_failed_removal
from tasks import files
from tasks.lifecycle import backup, ownership
from tasks.models import ImportJob

ORPHAN_AGE = timedelta(hours=6)
"""An older file or marker does not belong to a running upload."""


def sweep() -> None:
    """Delete files of ended jobs, uploads without a job, and broken uploads.

    The time of a round does not grow with the number of jobs or of their files.
    """
    for job in _unswept().order_by("finished_at")[:1000]:
        _sweep_job(job)
    remove_orphans()
    remove_broken_uploads()


def sweep_ended(job_id: uuid.UUID) -> None:
    """Delete the files that this job does not need any more, if it has ended."""
    for job in _unswept().filter(id=job_id):
        _sweep_job(job)


def _unswept() -> QuerySet[ImportJob]:
    ended = ImportJob.objects.filter(finished_at__isnull=False, swept_at=None)
    if kept := settings.IMPORT_FILES_KEPT:
        return ended.filter(finished_at__lt=timezone.now() - kept)
    return ended


def _sweep_job(job: ImportJob) -> None:
    if backup.is_running():
        return
    with log_failed_removal(job.file):
        keep = {*job.chunks.values_list("index", flat=True)}
        if not job.has_secrets:
            keep |= {job.file, job.sheet_file}
        files.remove_others(files.job_folder(job.id), keep)
        update_unlocked(
            ImportJob.objects.filter(id=job.id),
            swept_at=timezone.now(),
            owner=ownership.existing_owner(),
        )


def remove_orphans() -> None:
    """Delete files of web workers that died before they committed their job."""
    for marker in _old_markers():
        with log_failed_removal(marker):
            job_id = uuid.UUID(PurePath(marker).stem)
            if not ImportJob.objects.filter(id=job_id).exists():
                files.remove_tree(files.job_folder(job_id))
            default_storage.delete(marker)


def _old_markers() -> Iterator[str]:
    """Yield the markers of uploads that do not run any more."""
    for marker in files.storing_markers():
        with log_failed_removal(marker):
            if default_storage.get_modified_time(marker) < timezone.now() - ORPHAN_AGE:
                yield marker


def remove_broken_uploads() -> None:
    """Delete files that a web worker was receiving when it was killed."""
    with log_failed_removal(INCOMING):
        file_storage().remove_unfinished(before=timezone.now() - ORPHAN_AGE)
