"""Storage of files with passwords: chunk sizes and deletion."""

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from tasks import tasks
from tasks.lifecycle import sweep
from tasks.lifecycle.cancel import cancel
from tasks.models import ImportJob
from tasks.planning import plan
from tests.imports import imported, make_job, planned_job, run, stored_files

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
SECRETS = f"email,password\na@x.com,{PASSWORD}\nb@x.com,\nc@x.com,{PASSWORD}\n"


def file_of(rows: int) -> str:
    return "email,password\n" + "".join(f"p{n}@x.com,{PASSWORD}\n" for n in range(rows))


def test_chunks_with_plain_passwords_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "is_weak", lambda *_: False)
    job = planned_job(file_of(1201))
    assert list(job.chunks.order_by("number").values_list("rows", flat=True)) == [500, 500, 201]
    assert job.passwords == 1201


def test_the_setting_may_ask_for_smaller_chunks(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 2
    assert planned_job(SECRETS).chunks.count() == 2


def test_passwords_of_rejected_and_duplicate_rows_are_not_counted() -> None:
    job = imported(SECRETS + f"A@x.com,{PASSWORD}\nbad,{PASSWORD}\nd@x.com,123\n")
    assert (job.passwords, job.failed) == (2, 3)
    assert PASSWORD not in str(list(job.row_errors.values()))


@pytest.mark.parametrize("content", [SECRETS, "email,password\n", 'email,password\n"a@x.com'])
def test_the_file_and_its_chunks_are_deleted_when_the_job_ends(
    content: str, queue: object, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 2
    job = make_job(content, has_secrets=True)
    tasks.process_csv(str(job.id))
    for number in job.chunks.values_list("number", flat=True):
        assert default_storage.exists(job.file)
        tasks.load_chunk(str(job.id), number)
    job.refresh_from_db()
    assert job.finished_at is not None
    assert set(stored_files(job)) <= {"index"}


def test_the_files_of_a_cancelled_job_are_deleted(queue: object) -> None:
    """Cancelling republishes such a job, so that its task deletes the files."""
    job: ImportJob = make_job(SECRETS, has_secrets=True)
    plan.plan(job.id)
    cancel(job)
    tasks.process_csv(str(job.id))
    assert set(stored_files(job)) <= {"index"}


def test_the_sweep_deletes_files_that_remain() -> None:
    job = run(make_job(SECRETS, has_secrets=True))
    assert default_storage.exists(job.file)
    sweep.sweep()
    assert not default_storage.exists(job.file)
