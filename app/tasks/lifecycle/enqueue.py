"""The only place that publishes imports. What cannot be published now, recover publishes later."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings

from core.celery import IMPORTS, SMALL_IMPORTS
from core.queueing.publish import publish
from core.telemetry import traces
from core.telemetry.messages import sending, trace_headers
from tasks.models import ImportChunk, ImportJob

PROCESS_CSV = "tasks.process_csv"
LOAD_CHUNK = "tasks.load_chunk"
TRACED_CHUNKS = 16
"""Later ones have traces of their own, linked to the job's: one with all of 1,000 is unreadable."""


def publish_job(job: ImportJob) -> bool:
    """Queue the job's plan; whether Redis took it. Call it after the job is committed."""
    with _sending(job, messages=1):
        return _publish(job, PROCESS_CSV, [str(job.id)], task_id=str(job.id))


def publish_chunks(job: ImportJob, numbers: Sequence[int]) -> bool:
    """Queue these chunks; whether Redis took all. Call it after they are committed."""
    with _sending(job, messages=len(numbers)):
        return all(
            _publish(job, LOAD_CHUNK, [str(job.id), number], linked=number > TRACED_CHUNKS)
            for number in numbers
        )


def publish_open_chunks(job_id: uuid.UUID) -> bool:
    """Queue all that a fresh plan has."""
    job = ImportJob.objects.get(id=job_id)
    chunks = ImportChunk.objects.filter(job=job, state=ImportChunk.State.OPEN)
    return publish_chunks(job, list(chunks.order_by("number").values_list("number", flat=True)))


def _queue(job: ImportJob) -> str:
    """Small files have a process of their own, so that they overtake large ones.

    Many passwords keep processors as busy as a large file does, however small theirs is.
    """
    few_passwords = job.passwords <= settings.IMPORT_HASHED_CHUNK_ROWS
    small = job.csv_size < settings.IMPORT_SMALL_FILE_SIZE and few_passwords
    return SMALL_IMPORTS if small else IMPORTS


@contextmanager
def _sending(job: ImportJob, *, messages: int) -> Iterator[None]:
    """In the trace of the job's upload, whoever publishes."""
    with traces.continuing(job.traceparent), sending(_queue(job), messages=messages):
        yield


def _publish(
    job: ImportJob,
    name: str,
    args: list[str | int],
    *,
    task_id: str | None = None,
    linked: bool = False,
) -> bool:
    headers = trace_headers(linked=linked)
    return publish(name, args, queue=_queue(job), headers=headers, task_id=task_id)
