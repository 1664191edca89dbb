"""The import's Celery tasks: each loads nothing itself, calls one step, and reports."""

import uuid
from functools import partial

from celery import shared_task

from core.failpoints import failpoint
from core.telemetry.subject import bind_job
from tasks.intake import idempotency
from tasks.lifecycle import enqueue, finish, recover, retention, sweep
from tasks.lifecycle.attempts import EXPECTED_FAULTS
from tasks.lifecycle.celery_result import store_result
from tasks.planning import plan
from tasks.writing import load

_retried = partial(
    shared_task,
    autoretry_for=EXPECTED_FAULTS,
    # Some seconds, for what passes quickly; after that recover takes over. Without an end, each of
    # its repetitions would begin one more series that never stops.
    max_retries=3,
    retry_backoff=1,
)


@_retried(name=enqueue.PROCESS_CSV)
def process_csv(job_id: str, *_: object, **__: object) -> None:
    """Plan a job and queue its chunks. What later versions also send is not minded."""
    job = uuid.UUID(job_id)
    bind_job(job)
    if plan.plan(job):
        failpoint("plan_committed")
        enqueue.publish_open_chunks(job)
    _wind_up(job)


@_retried(name=enqueue.LOAD_CHUNK)
def load_chunk(job_id: str, number: int, *_: object, **__: object) -> None:
    """Load a chunk, and end the job if it was the last. As process_csv with what is unknown."""
    job = uuid.UUID(job_id)
    bind_job(job, number)
    load.load(job, number)
    failpoint("load_committed")
    _wind_up(job)


def _wind_up(job: uuid.UUID) -> None:
    finish.finish_job(job)
    failpoint("finished")
    store_result(job)
    sweep.sweep_ended(job)
    failpoint("wound_up")


@shared_task(name="tasks.recover")
def run_recover() -> None:
    """See lifecycle/recover.py."""
    for job in recover.recover():
        store_result(job)
        sweep.sweep_ended(job)


@shared_task(name="tasks.sweep")
def run_sweep() -> None:
    """See lifecycle/sweep.py and retention.py."""
    sweep.sweep()
    retention.expire_old()
    idempotency.forget_old()
