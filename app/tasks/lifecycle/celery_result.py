"""Celery's result backend told what PostgreSQL says, for Celery's own tools."""

import logging
import uuid

from celery.exceptions import BackendStoreError, TaskRevokedError
from redis.exceptions import RedisError

from core.celery import app
from tasks.models import ImportJob

logger = logging.getLogger(__name__)


class ImportFailed(Exception):  # noqa: N818  # Celery's tools show its name
    """A failed import, as Celery's tools show it: the error's code and its message in English."""


def store_result(job_id: uuid.UUID) -> None:
    """Store the job's state under its id. Redis being away costs the mirror, never the import."""
    job = ImportJob.objects.filter(id=job_id).first()
    if job is None or job.status in ImportJob.PLANNABLE:
        return
    try:
        app.backend.store_result(str(job.id), _result(job), job.status)
    except (BackendStoreError, RedisError) as error:
        logger.warning("result of %s not mirrored: %s", job.id, error)


def _result(job: ImportJob) -> dict[str, int | None] | Exception:
    """Celery's tools expect an exception where a task has failed or was revoked."""
    if job.status == ImportJob.Status.FAILURE:
        return ImportFailed(job.error_code, job.error_message)
    if job.status == ImportJob.Status.REVOKED:
        return TaskRevokedError("cancelled")
    return {"rows": job.rows}
