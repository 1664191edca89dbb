"""The import that a request or task works on, for its span and its log lines."""

from uuid import UUID

from opentelemetry import trace

from core.telemetry import logs

JOB_ID = "accounts.import.job_id"
CHUNK = "accounts.import.chunk"


def bind_job(job_id: UUID, chunk: int | None = None) -> None:
    """Add the job, and its chunk, to the current span and to the following log lines."""
    span = trace.get_current_span()
    span.set_attribute(JOB_ID, str(job_id))
    logs.bind(job_id=job_id)
    if chunk is not None:
        span.set_attribute(CHUNK, chunk)
        logs.bind(chunk=chunk)
