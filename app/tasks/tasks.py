"""The Celery tasks of imports. Each one calls one stage and then ends its job if it can."""

import uuid
from functools import partial

from celery import shared_task

from core.failpoints import failpoint
from core.telemetry.subject import bind_job
from tasks.intake import idempotency
from tasks.lifecycle import enqueue, fairness, finish, recover, retention, sweep
from tasks.lifecycle.attempts import EXPECTED_FAULTS
from tasks.lifecycle.celery_result import store_result
from tasks.planning import plan
from tasks.writing import load

_retried = partial(
    shared_task,
    autoretry_for=EXPECTED_FAULTS,
    # Retries cover faults of some seconds; after that, recover publishes the task again. Without a
    # limit, each of those messages would start a series of retries that never ends.
    max_retries=3,
    retry_backoff=1,
)


@_retried(name=enqueue.PROCESS_CSV)
def process_csv(job_id: str, *_: object, **__: object) -> None:
    """Plan a job and queue its chunks, or load the only chunk of a small file.

    Ignore arguments that a later version adds.
    """
    job = uuid.UUID(job_id)
    bind_job(job)
    is_planned = plan.plan(job)
    if is_planned:
        failpoint("plan_committed")
    if fairness.is_loaded_at_once(job):
        _load(job, 1)
    elif is_planned:
        enqueue.publish_open_chunks(job)
    _finish(job, has_ended=not is_planned)


@_retried(name=enqueue.LOAD_CHUNK)
def load_chunk(job_id: str, number: int, *_: object, **__: object) -> None:
    """Load a chunk, and end the job after the last one. Ignore arguments as `process_csv` does."""
    job = uuid.UUID(job_id)
    _load(job, number)
    _finish(job)


def _load(job: uuid.UUID, number: int) -> None:
    bind_job(job, number)
    load.load(job, number)
    failpoint("load_committed")


def _finish(job: uuid.UUID, *, has_ended: bool = False) -> None:
    """End the job if it has no work left. Then queue the next, and remove the files of this one."""
    has_ended |= finish.finish_job(job)
    failpoint("finished")
    if has_ended:
        enqueue.publish_next(job)
    store_result(job)
    sweep.sweep_ended(job)
    failpoint("wound_up")


@shared_task(name="tasks.recover")
def run_recover() -> None:
    """Repair stalled work: see lifecycle/recover.py."""
    for job in recover.recover():
        store_result(job)
        sweep.sweep_ended(job)


@shared_task(name="tasks.sweep")
def run_sweep() -> None:
    """Remove what is no longer needed: see lifecycle/sweep.py and lifecycle/retention.py."""
    sweep.sweep()
    retention.expire_old()
    idempotency.forget_old()
