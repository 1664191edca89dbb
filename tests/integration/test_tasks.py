"""The Celery tasks and the Celery result of a job."""

import pytest
from celery.exceptions import Retry
from django.db import OperationalError
from pytest_django import Settings
from redis import ConnectionPool, Redis

from core.celery import app, diagnose
from tasks import tasks
from tasks.lifecycle.celery_result import store_result
from tasks.models import ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import emails, make_job, stored_files

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(job: ImportJob) -> str:
    """Return the job's state in Celery's result backend."""
    return str(app.backend.get_state(str(job.id)))


def test_the_tasks_plan_load_and_finish_a_job(queue: Redis, settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\na@x.com\nbad\nb@x.com\n")
    tasks.process_csv(str(job.id))
    assert queue.llen("imports_small") == 2
    assert state_of(job) == "PROGRESS"
    for number in (1, 2):
        tasks.load_chunk(str(job.id), number)
    assert emails() == ["a@x.com", "b@x.com"]
    assert state_of(job) == "SUCCESS"
    assert app.backend.get_result(str(job.id)) == {"rows": 3}
    assert set(stored_files(job)) == {"index", "original.csv"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("email\na@x.com\nbad\n", "SUCCESS, partial. rows 2, created 1, failed 1"),
        ("email\n\n", "SUCCESS, complete. no rows"),
        ("name\nAnn\n", "FAILURE, nothing. no rows"),
    ],
)
def test_the_log_has_the_counts_and_seconds_of_each_import(
    queue: Redis, caplog: pytest.LogCaptureFixture, content: str, text: str
) -> None:
    job = make_job(content)
    with caplog.at_level("INFO", logger="tasks.lifecycle.notice"):
        tasks.process_csv(str(job.id))
    (record,) = caplog.records
    assert text in record.message
    assert record.__dict__["job_id"] == str(job.id)
    assert record.__dict__["seconds"] > 0
    assert record.__dict__["counts"]["rows"] == (ImportJob.objects.get().rows or 0)


def test_the_only_chunk_of_a_small_file_does_not_wait_in_the_queue(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    tasks.process_csv(str(job.id))
    assert queue.llen("imports_small") == 0
    assert state_of(job) == "SUCCESS"
    assert emails() == ["a@x.com"]


def test_the_only_chunk_of_a_large_file_is_queued(queue: Redis, settings: Settings) -> None:
    """A file of another user may be planned first."""
    settings.IMPORT_SMALL_FILE_SIZE = 0
    tasks.process_csv(str(make_job("email\na@x.com\n").id))
    assert queue.llen("imports") == 1
    assert emails() == []


def test_a_retry_loads_the_chunk_of_an_earlier_attempt(
    queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job("email\na@x.com\n")

    def fail(*_: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(load, "load", fail)
        with pytest.raises((Retry, OperationalError)):
            tasks.process_csv(str(job.id))
    assert emails() == []
    tasks.process_csv(str(job.id))
    assert emails() == ["a@x.com"]
    assert state_of(job) == "SUCCESS"


def test_a_job_without_valid_rows_finishes_after_planning(queue: Redis) -> None:
    job = make_job("email\nbad\n")
    tasks.process_csv(str(job.id))
    job.refresh_from_db()
    assert (job.status, job.rows, job.failed) == ("SUCCESS", 1, 1)
    assert queue.llen("imports_small") == 0


def test_a_file_error_is_a_failure_in_celery(queue: Redis) -> None:
    job = make_job('email\n"a\n')
    tasks.process_csv(str(job.id))
    assert state_of(job) == "FAILURE"
    assert "is not closed" in str(app.backend.get_result(str(job.id)))


def test_the_maintenance_tasks_run(queue: Redis) -> None:
    tasks.run_recover()
    tasks.run_sweep()
    assert queue.dbsize() == 0


def test_no_result_is_stored_for_waiting_or_unknown_jobs() -> None:
    job = make_job("email\n")
    store_result(job.id)
    assert state_of(job) == "PENDING"
    job.delete()
    store_result(job.id)


def test_without_redis_only_the_celery_result_is_missing(
    queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job("email\nbad\n")
    monkeypatch.setattr(app.backend, "client", Redis(connection_pool=ConnectionPool(port=1)))
    tasks.process_csv(str(job.id))
    job.refresh_from_db()
    assert job.status == "SUCCESS"


def test_diagnose_returns_task_id_and_hostname() -> None:
    assert set(diagnose()) == {"task_id", "hostname"}


def test_a_job_finished_by_recover_has_a_celery_result(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    load.load(job.id, 1)
    tasks.run_recover()
    assert state_of(job) == "SUCCESS"
    assert "chunk" not in stored_files(job)
