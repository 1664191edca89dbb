"""Celery's result backend told what PostgreSQL says, for Celery's own tools."""

import logging
import uuid

from celery.exceptions import BackendStoreError
from redis.exceptions import RedisError

from core.celery import app
from tasks.models import ImportJob
from tasks.pipeline.codes import FileError

logger = logging.getLogger(__name__)


def mirror(job_id: uuid.UUID) -> None:
    """Store the job's state under its id. Redis being away costs the mirror, never the import."""
    job = ImportJob.objects.filter(id=job_id).first()
    if job is None or job.status in ImportJob.PLANNABLE:
        return
    # Celery's tools expect an exception where a task has failed.
    failure = FileError(job.error_code, job.error_message)
    result = failure if job.status == ImportJob.Status.FAILURE else {"rows": job.rows}
    try:
        app.backend.store_result(str(job.id), result, job.status)
    except (BackendStoreError, RedisError) as error:
        logger.warning("result of %s not mirrored: %s", job.id, error)
