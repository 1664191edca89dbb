"""The publication of imports to Celery. recover repeats a publication that fails here."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.celery import IMPORTS, SMALL_IMPORTS
from core.queueing.publish import publish
from core.telemetry import traces
from core.telemetry.messages import sending, trace_headers
from tasks.lifecycle import fairness
from tasks.models import ImportChunk, ImportJob

PROCESS_CSV = "tasks.process_csv"
LOAD_CHUNK = "tasks.load_chunk"
TRACED_CHUNKS = 16
"""Later chunks have their own traces, linked to the job's: one with 1,000 chunks is unreadable."""


def publish_job(job: ImportJob) -> bool:
    """Queue the planning of a committed job. Return whether Redis accepted the message."""
    with _sending(job, messages=1):
        return _publish(job, PROCESS_CSV, [str(job.id)], task_id=str(job.id))


def publish_upload(job: ImportJob) -> None:
    """Queue the planning of a new job, unless it waits for earlier ones of its owner."""
    if job.queued_at is None:
        publish_waiting(job.owner_id)
    else:
        publish_job(job)


def publish_next(job_id: uuid.UUID) -> None:
    """Queue the jobs that waited for this one, which has ended."""
    for owner_id in fairness.owners_of_waiting(behind=job_id):
        publish_waiting(owner_id)


def publish_waiting(owner_id: int | None) -> None:
    """Queue the waiting jobs of the user whose turn it is."""
    for job in fairness.queue_waiting(owner_id):
        publish_job(job)


def publish_chunks(job: ImportJob, numbers: Sequence[int]) -> bool:
    """Queue these committed chunks. Return whether Redis accepted all messages."""
    with _sending(job, messages=len(numbers)):
        return all(
            _publish(job, LOAD_CHUNK, [str(job.id), number], linked=number > TRACED_CHUNKS)
            for number in numbers
        )


def publish_open_chunks(job_id: uuid.UUID) -> bool:
    """Queue the open chunks of a new plan. Return whether Redis accepted all messages."""
    job = ImportJob.objects.get(id=job_id)
    chunks = ImportChunk.objects.filter(job=job, state=ImportChunk.State.OPEN)
    return publish_chunks(job, list(chunks.order_by("number").values_list("number", flat=True)))


def _queue(job: ImportJob) -> str:
    """Return the queue: small files have their own process, so that they overtake large files."""
    return SMALL_IMPORTS if fairness.is_small(job) else IMPORTS


@contextmanager
def _sending(job: ImportJob, *, messages: int) -> Iterator[None]:
    """Send the messages of the body in the trace of the job's upload."""
    with traces.continue_trace(job.traceparent), sending(_queue(job), messages=messages):
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
