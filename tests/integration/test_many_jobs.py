"""The work of a round of the periodic tasks, and of an upload, beside many ended jobs."""

from collections.abc import Callable

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils import timezone

from tasks import files
from tasks.intake.admission import check_waiting
from tasks.lifecycle import recover, retention, sweep
from tasks.models import ImportJob
from tests.imports import imported, make_job
from users_uc.models import User

pytestmark = pytest.mark.django_db

JOBS = 50_000
COPY = """
INSERT INTO tasks_importjob SELECT (copy).* FROM (
    SELECT jsonb_populate_record(job, jsonb_build_object(
        'id', gen_random_uuid(), 'expired_at', CASE n %% 2 WHEN 0 THEN now() END)) AS copy
    FROM tasks_importjob AS job, generate_series(1, %s) AS n) AS copies
"""
READ = """
SELECT coalesce(sum(seq_tup_read), 0) + coalesce(sum(idx_tup_fetch), 0)
FROM pg_stat_xact_user_tables WHERE relname IN ('tasks_importjob', 'tasks_cancellation')
"""


def rows_read() -> int:
    """Return the number of rows that this transaction has read from both tables."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


@pytest.fixture
def many_jobs(bob: User) -> None:
    """Add cancelled jobs of Bob: one that is not finished, and many that have ended."""
    ended = imported("email\nann@x.com\n", owner=bob)
    ImportJob.objects.update(swept_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(COPY, [JOBS])
        cursor.execute("INSERT INTO tasks_cancellation SELECT id FROM tasks_importjob")
        cursor.execute("ANALYZE tasks_importjob, tasks_cancellation")
    assert ImportJob.objects.filter(owner=ended.owner).count() == JOBS + 1
    make_job("email\n", owner=bob)


@pytest.mark.usefixtures("many_jobs")
@pytest.mark.parametrize(
    "work",
    [
        recover.recover,
        *(
            pytest.param(work, marks=pytest.mark.slow)
            for work in (sweep.sweep, retention.expire_old)
        ),
    ],
)
def test_a_round_reads_no_ended_job(work: Callable[[], object]) -> None:
    before = rows_read()
    work()
    assert rows_read() - before < 20


@pytest.mark.usefixtures("many_jobs")
def test_an_upload_reads_no_ended_job_of_its_owner(bob: User) -> None:
    before = rows_read()
    check_waiting(bob)
    assert rows_read() - before < 20


def test_a_round_does_not_list_the_stored_files(monkeypatch: pytest.MonkeyPatch) -> None:
    imported("email\nann@x.com\n")
    listed, listdir = list[str](), FileSystemStorage.listdir

    def record(storage: FileSystemStorage, path: str) -> tuple[list[str], list[str]]:
        listed.append(path)
        return listdir(storage, path)

    monkeypatch.setattr(FileSystemStorage, "listdir", record)
    sweep.sweep()
    assert listed
    assert files.ROOT not in listed
