"""The query for a job with all data of its status."""

import uuid
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import JSONObject

from core.postgres.compiled_lookup import CompiledLookup
from tasks.models import ImportChunk, ImportJob, ImportRowError

FIRST_ERRORS: Final = 20


@dataclass(frozen=True)
class JobStatus:
    """A job with the number of rows loaded until it ends, and with its first rejected rows."""

    job: ImportJob
    rows_loaded: int
    first_errors: list[ImportRowError]


def load_status(job_id: uuid.UUID) -> JobStatus | None:
    """Return the status of the job, or `None` if there is no such job.

    All data come from one query, so they are of the same moment.
    """
    job: Any = _jobs.find(job_id)
    if job is None:
        return None
    errors = [ImportRowError(job=job, **columns) for columns in job.first_errors]
    return JobStatus(job, rows_loaded=int(job.rows_loaded or 0), first_errors=errors)


def outcomes_so_far(job: ImportJob) -> dict[str, int]:
    """Return the counts of an import that runs, by outcome, as its end will store them."""
    sums = {name: Sum(name, default=0) for name in (*ImportChunk.OUTCOMES, "rejected")}
    counts = job.chunks.aggregate(**sums)
    return {**counts, "failed": job.failed + counts.pop("rejected")}


def _jobs_with_status() -> QuerySet[ImportJob]:
    outcomes = reduce(add, map(F, (*ImportChunk.OUTCOMES, "rejected")))
    chunks = ImportChunk.objects.filter(job=OuterRef("pk")).order_by().values("job")
    columns = ("record", "line", "column", "code", "detail", "value")
    errors = ImportRowError.objects.filter(job=OuterRef("pk")).order_by("record")
    loaded = Subquery(chunks.annotate(rows=Sum(outcomes)).values("rows"))
    return ImportJob.objects.annotate(
        rows_loaded=Case(When(finished_at=None, then=loaded)),
        first_errors=ArraySubquery(
            errors.values(columns=JSONObject(**{name: name for name in columns}))[:FIRST_ERRORS]
        ),
    )


_jobs = CompiledLookup(_jobs_with_status)
