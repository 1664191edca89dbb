"""A copy of each job's state in Celery's result backend, for Celery's own tools."""

import logging
import uuid

from celery.exceptions import BackendStoreError, TaskRevokedError
from redis.exceptions import RedisError

from core.celery import app
from tasks.models import ImportJob

logger = logging.getLogger(__name__)


class ImportFailed(Exception):  # noqa: N818  # Celery's tools show its name
    """A failed import as Celery's tools show it: the error code and the message in English."""


def store_result(job_id: uuid.UUID) -> None:
    """Store the job's state under its id. If Redis is unavailable, only this copy is missing."""
    job = ImportJob.objects.filter(id=job_id).first()
    if job is None or job.status in ImportJob.PLANNABLE:
        return
    try:
        app.backend.store_result(str(job.id), _result(job), job.status)
    except (BackendStoreError, RedisError) as error:
        logger.warning("The state of import %s is not in the result backend: %s", job.id, error)


def _result(job: ImportJob) -> dict[str, int | None] | Exception:
    """Return the result; of a job that failed or was revoked it must be an exception."""
    if job.status == ImportJob.Status.FAILURE:
        return ImportFailed(job.error_code, job.error_message)
    if job.status == ImportJob.Status.REVOKED:
        return TaskRevokedError("cancelled")
    return {"rows": job.rows}
