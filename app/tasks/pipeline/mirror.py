"""Celery's result backend told what PostgreSQL says, for Celery's own tools."""

import logging
import uuid

from celery.exceptions import BackendStoreError
from redis.exceptions import RedisError

from core.celery import app
from tasks.models import ImportJob

logger = logging.getLogger(__name__)


def mirror(job_id: uuid.UUID) -> None:
    """Store the job's state under its id. Redis being away costs the mirror, never the import."""
    job = ImportJob.objects.filter(id=job_id).first()
    if job is None or job.status in ImportJob.PLANNABLE:
        return
    meta = {"rows": job.rows, "error": job.error_code or None}
    try:
        app.backend.store_result(str(job.id), meta, job.status)
    except (BackendStoreError, RedisError) as error:
        logger.warning("result of %s not mirrored: %s", job.id, error)
