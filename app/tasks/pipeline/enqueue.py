"""The only place that publishes. What cannot be published now, recover publishes later."""

import logging
import uuid
from collections.abc import Iterable

from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.celery import IMPORTS, SMALL_IMPORTS, app
from tasks.models import ImportChunk, ImportJob

logger = logging.getLogger(__name__)

PROCESS_CSV = "tasks.process_csv"
LOAD_CHUNK = "tasks.load_chunk"


def publish_job(job: ImportJob) -> bool:
    """Queue the job's plan; whether Redis took it. Call it after the job is committed."""
    return _publish(PROCESS_CSV, [str(job.id)], _queue(job), task_id=str(job.id))


def publish_chunks(job: ImportJob, numbers: Iterable[int]) -> bool:
    """Queue these chunks; whether Redis took all. Call it after they are committed."""
    queue = _queue(job)
    return all(_publish(LOAD_CHUNK, [str(job.id), number], queue) for number in numbers)


def publish_open_chunks(job_id: uuid.UUID) -> bool:
    """Queue all that a fresh plan has."""
    job = ImportJob.objects.get(id=job_id)
    chunks = ImportChunk.objects.filter(job=job, state=ImportChunk.State.OPEN)
    return publish_chunks(job, chunks.order_by("number").values_list("number", flat=True))


def _queue(job: ImportJob) -> str:
    """Small files have a process of their own, so that they overtake large ones."""
    small = job.file_size < settings.IMPORT_SMALL_FILE_SIZE
    return SMALL_IMPORTS if small else IMPORTS


def _publish(name: str, args: list[str | int], queue: str, task_id: str | None = None) -> bool:
    try:
        app.send_task(
            name,
            args,
            queue=queue,
            task_id=task_id,
            retry=False,
            ignore_result=True,  # else the sender subscribes to a result that it never reads
            argsrepr="(...)",  # what logs and monitors show instead of the arguments
        )
    except (OperationalError, RedisError) as error:  # RedisError: it answers, but refuses
        logger.warning("%s not queued, recover will: %s", name, error)
        return False
    return True
