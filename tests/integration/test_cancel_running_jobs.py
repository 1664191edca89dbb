"""Cancelling a job while a Celery worker plans or loads it: that worker finishes the job."""

import pytest
from django.db.models import QuerySet
from pytest_django import Settings
from redis import Redis

from core.celery import app
from tasks import files, tasks
from tasks.lifecycle import attempts, finish, recover
from tasks.lifecycle.cancel import cancel
from tasks.models import Cancellation, ImportChunk, ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import emails, make_job, outcome
from tests.integration.test_cancel import TEN_ROWS, job_in_chunks, status_of
from tests.threads import other_connection, run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)


def test_planning_stops_at_the_next_batch(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    monkeypatch.setattr("tasks.lifecycle.cancel.POLL_INTERVAL", 0)
    job = make_job(TEN_ROWS)
    write = files.write_chunk
    results: list[object] = []

    def write_while_another_cancels(*args: object, **options: object) -> str:
        """Cancel on another connection while the planner holds the lock on the job's row."""
        results.extend(run_concurrently(lambda: cancel(job)))
        return write(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write_chunk", write_while_another_cancels)
    assert not plan.plan(job.id)
    assert set(results) == {True}  # two threads write chunks, and each of them cancels
    assert status_of(job) == "STARTED"
    assert finish.finish_job(job.id)
    assert status_of(job) == "REVOKED"
    assert outcome(job) == {}
    assert not ImportChunk.objects.exists()


def test_a_job_cancelled_after_the_planners_last_check_is_finished_by_its_task(
    queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(TEN_ROWS)
    insert = plan._insert_chunks

    def insert_while_another_cancels(*args: object) -> None:
        assert run_concurrently(lambda: cancel(job)) == [True]
        insert(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(plan, "_insert_chunks", insert_while_another_cancels)
    tasks.process_csv(str(job.id))
    assert status_of(job) == "REVOKED"
    assert outcome(job) == {"rows": 10, "not_loaded": 10}
    assert app.backend.get_state(str(job.id)) == "REVOKED"
    assert "cancelled" in str(app.backend.get_result(str(job.id)))


def test_a_locked_chunk_stays_open_until_its_loader_finishes_the_job(settings: Settings) -> None:
    job = job_in_chunks(settings)
    with other_connection() as loader:
        loader.execute("SELECT FROM tasks_importchunk WHERE number = 1 FOR NO KEY UPDATE")
        assert cancel(job)
        assert status_of(job) == "PROGRESS"
        assert list(job.chunks.filter(state="open").values_list("number", flat=True)) == [1]
    assert finish.finish_job(job.id)
    assert status_of(job) == "REVOKED"
    assert outcome(job) == {"rows": 10, "not_loaded": 10}


def test_a_chunk_locked_before_the_cancellation_is_loaded_and_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if a loaded chunk is not marked as done because its job is cancelled."""
    job = job_in_chunks(settings)
    lock = attempts.lock

    def lock_and_let_another_cancel(work: QuerySet[ImportChunk]) -> ImportChunk | None:
        item = lock(work)
        if item and item.attempts == 1:
            monkeypatch.undo()
            assert run_concurrently(lambda: cancel(job)) == [True]
        return item

    monkeypatch.setattr(attempts, "lock", lock_and_let_another_cancel)
    load.load(job.id, 1)
    assert finish.finish_job(job.id)
    assert status_of(job) == "REVOKED"
    assert outcome(job) == {"rows": 10, "created": 2, "not_loaded": 8}


def test_a_loader_that_starts_after_the_cancellation_loads_nothing(settings: Settings) -> None:
    job = job_in_chunks(settings)
    Cancellation.objects.create(job=job)  # the cancelling process died before it finished the job
    load.load(job.id, 1)
    assert emails() == []
    assert finish.finish_job(job.id)
    assert outcome(ImportJob.objects.get()) == {"rows": 10, "not_loaded": 10}


@pytest.mark.parametrize("state", ["PENDING", "STARTED", "PROGRESS"])
def test_recover_finishes_a_cancelled_job_whose_worker_died(
    state: str, settings: Settings, queue: Redis
) -> None:
    job = job_in_chunks(settings) if state == "PROGRESS" else make_job(TEN_ROWS)
    ImportJob.objects.update(status=state)
    Cancellation.objects.create(job=job)
    assert recover.recover() == [job.id]
    assert recover.recover() == []
    assert status_of(job) == "REVOKED"
