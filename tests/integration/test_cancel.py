"""Cancelling a job in each of its states."""

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from tasks.lifecycle.cancel import cancel
from tasks.models import Cancellation, ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import emails, imported, make_job, outcome, planned_job, run
from tests.threads import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)

TEN_ROWS = "email\n" + "".join(f"p{n}@x.com\n" for n in range(10))


def job_in_chunks(settings: Settings, content: str = TEN_ROWS, *, chunk_rows: int = 2) -> ImportJob:
    """Return a planned job of several chunks."""
    settings.IMPORT_CHUNK_ROWS = chunk_rows
    return planned_job(content)


def status_of(job: ImportJob) -> str:
    job.refresh_from_db()
    return job.status


def test_a_waiting_job_is_revoked_immediately_and_never_planned() -> None:
    job = make_job(TEN_ROWS)
    assert cancel(job)
    assert status_of(job) == "REVOKED"
    assert (job.rows, job.attempts) == (0, 0)
    assert job.finished_at is not None
    assert not plan.plan(job.id)
    assert default_storage.listdir(f"imports/{job.id}")[0] == []


def test_open_chunks_are_not_loaded_and_loaded_chunks_stay(settings: Settings) -> None:
    job = job_in_chunks(settings, TEN_ROWS + "bad\n")
    load.load(job.id, 2)
    assert cancel(job)
    assert status_of(job) == "REVOKED"
    assert outcome(job) == {"rows": 11, "created": 2, "failed": 1, "not_loaded": 8}
    load.load(job.id, 1)
    assert emails() == ["p2@x.com", "p3@x.com"]
    assert set(job.chunks.values_list("state", flat=True)) == {"done", "cancelled"}


def test_cancelling_twice_changes_nothing(settings: Settings) -> None:
    job = job_in_chunks(settings)
    assert cancel(job)
    finished_at = ImportJob.objects.get().finished_at
    assert cancel(job)
    assert ImportJob.objects.get().finished_at == finished_at


def test_five_concurrent_callers_cancel_a_job_once(settings: Settings) -> None:
    job = job_in_chunks(settings)
    assert run_concurrently(*[lambda: cancel(job)] * 5) == [True] * 5
    assert status_of(job) == "REVOKED"
    assert Cancellation.objects.count() == 1
    assert outcome(job) == {"rows": 10, "not_loaded": 10}


@pytest.mark.parametrize("content", [TEN_ROWS, 'email\n"never closed'])
def test_a_finished_job_cannot_be_cancelled(content: str) -> None:
    job = imported(content)
    before = (job.status, job.finished_at)
    assert not cancel(job)
    assert (status_of(job), job.finished_at) == before
    assert not Cancellation.objects.exists()


def test_cancelling_a_fully_loaded_job_finishes_it_with_success(settings: Settings) -> None:
    """Fails if `cancel` does not finish such a job first: all its rows are loaded."""
    job = job_in_chunks(settings, chunk_rows=10)
    load.load(job.id, 1)
    assert not cancel(job)
    assert status_of(job) == "SUCCESS"


def test_a_cancelled_job_with_a_failed_chunk_has_no_error(
    settings: Settings,
) -> None:
    """An error explains why a whole import failed; this job was cancelled."""
    job = job_in_chunks(settings)
    default_storage.delete(job.chunks.get(number=1).file)
    load.load(job.id, 1)
    assert cancel(job)
    assert status_of(job) == "REVOKED"
    assert (job.error_code, job.error_message) == ("", "")
    assert list(job.chunks.filter(state="failed").values_list("error_code")) == [("file_missing",)]
    assert outcome(job) == {"rows": 10, "not_loaded": 10}


def test_a_file_can_be_uploaded_again_after_its_job_was_cancelled() -> None:
    cancel(make_job(TEN_ROWS))
    assert outcome(run(make_job(TEN_ROWS))) == {"rows": 10, "created": 10}
