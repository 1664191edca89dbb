"""The source of truth about imports: jobs, their chunks and their rejected rows."""

from tasks.models.cancellation import Cancellation
from tasks.models.idempotency_key import IdempotencyKey
from tasks.models.import_chunk import ImportChunk
from tasks.models.import_job import ImportJob
from tasks.models.row_error import ImportRowError
from tasks.models.work_item import WorkItem

__all__ = [
    "Cancellation",
    "IdempotencyKey",
    "ImportChunk",
    "ImportJob",
    "ImportRowError",
    "WorkItem",
]
