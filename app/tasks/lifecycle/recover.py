"""The repair of lost and stalled work: publish lost work, stop stalled workers, end done jobs.

A queued message cannot be told from a lost one. So work is published again when it has waited for
RECOVER_AFTER · 2^publish_count. A duplicate finds its row locked or done, and does nothing.
"""

import uuid
from collections import defaultdict

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now, Power
from django.utils import timezone

from tasks.lifecycle import enqueue, fairness, finish
from tasks.models import ImportChunk, ImportJob, WorkItem

_MAX_DOUBLINGS = 7
_DUE_AT = ExpressionWrapper(
    F("published_at") + Value(settings.RECOVER_AFTER) * Power(2, F("publish_count")),
    output_field=DateTimeField(),
)
_CLOCK_WAS_SET_BACK = Q(published_at__gt=Now() + Value(settings.RECOVER_AFTER))
"""Without this the work would wait until the clock reaches the old time."""
_BATCH = 1000


def recover() -> list[uuid.UUID]:
    """Repair once and return the jobs that this ended. Beat calls it every RECOVER_EVERY.

    Two calls at once do no harm.
    """
    end_stalled_workers()
    republish_jobs()
    republish_chunks()
    ended = finish_planned() + finish_cancelled()
    publish_waiting_jobs()
    return ended


def republish_jobs() -> None:
    """Publish the jobs that no process plans."""
    queued = ImportJob.objects.filter(status__in=ImportJob.PLANNABLE, queued_at__isnull=False)
    for job in _claim_overdue(queued):
        enqueue.publish_job(job)


def publish_waiting_jobs() -> None:
    """Publish the jobs whose turn was missed: see fairness.py."""
    for owner_id in fairness.owners_of_waiting():
        enqueue.publish_waiting(owner_id)


def republish_chunks() -> None:
    """Publish the chunks that no process loads."""
    chunks = ImportChunk.objects.filter(state=ImportChunk.State.OPEN).select_related("job")
    by_job: dict[ImportJob, list[int]] = defaultdict(list)
    for chunk in _claim_overdue(chunks):
        by_job[chunk.job].append(chunk.number)
    for job, numbers in by_job.items():
        enqueue.publish_chunks(job, numbers)


def finish_planned() -> list[uuid.UUID]:
    """End the jobs whose last loader died between its commit and `finish_job`."""
    planned = ImportJob.objects.filter(status=ImportJob.Status.PROGRESS)
    return _finish(planned.exclude(chunks__state=ImportChunk.State.OPEN))


def finish_cancelled() -> list[uuid.UUID]:
    """End the cancelled jobs whose process died before `finish_job`."""
    # The status finds them by an index: there may be millions of jobs and cancellations.
    unfinished = ImportJob.objects.filter(status__in=ImportJob.UNFINISHED)
    return _finish(unfinished.filter(cancellation__isnull=False))


def _finish(jobs: QuerySet[ImportJob]) -> list[uuid.UUID]:
    """End these jobs, except those that another transaction holds: the others must not wait."""
    ids = jobs.values_list("id", flat=True)
    return [job_id for job_id in ids if finish.finish_job(job_id, wait=False)]


def end_stalled_workers() -> None:
    """Close the connections of stalled Celery workers.

    No timeout of PostgreSQL ends a COPY whose client is frozen. A worker without work is idle too,
    but holds no advisory lock (see attempts.py). If the clock was set back, the idle time of a
    worker is unknown: a worker whose last query lies in the future counts as stalled.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity AS worker
            WHERE application_name = 'accounts-worker' AND datname = current_database()
              AND wait_event = 'ClientRead' AND pid <> pg_backend_pid()
              AND abs(extract(epoch FROM now() - state_change)) > %s
              AND (state IN ('active', 'idle in transaction') OR EXISTS (
                  SELECT FROM pg_locks WHERE pid = worker.pid AND locktype = 'advisory'))
            """,
            [settings.LOADER_STALL.total_seconds()],
        )


def _claim_overdue[W: WorkItem](work: QuerySet[W]) -> list[W]:
    """Mark the unlocked items that are due as published now, and return them."""
    due = work.alias(due_at=_DUE_AT).filter(Q(due_at__lt=Now()) | _CLOCK_WAS_SET_BACK)
    with transaction.atomic():
        items = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:_BATCH])
        for item in items:
            item.published_at = timezone.now()
            item.publish_count = min(item.publish_count + 1, _MAX_DOUBLINGS)
        work.model._default_manager.bulk_update(items, ["published_at", "publish_count"])
    return items
