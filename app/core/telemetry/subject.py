"""The import that work is about, on its span and on its log lines."""

from uuid import UUID

from opentelemetry import trace

from core.telemetry import logs

JOB_ID = "accounts.import.job_id"
CHUNK = "accounts.import.chunk"


def bind_job(job_id: UUID, chunk: int | None = None) -> None:
    """Name the job, and the chunk of it, for the rest of this request or task."""
    span = trace.get_current_span()
    span.set_attribute(JOB_ID, str(job_id))
    logs.bind(job_id=job_id)
    if chunk is not None:
        span.set_attribute(CHUNK, chunk)
        logs.bind(chunk=chunk)
