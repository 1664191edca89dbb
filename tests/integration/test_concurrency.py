"""Row locks as the guard against concurrent work on one job or chunk."""

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from pytest_django import Settings

from local.waiting import wait_until
from tasks.lifecycle import attempts, finish, recover
from tasks.models import ImportChunk, ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import emails, make_job, open_chunk_numbers, outcome, run
from tests.threads import is_alive, other_connection, run_concurrently
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_job_delivered_five_times_is_planned_once() -> None:
    job = make_job("email\n" + "".join(f"p{n}@x.com\n" for n in range(2000)))
    results = run_concurrently(*[lambda: plan.plan(job.id)] * 5)
    assert sorted(map(bool, results)) == [False] * 4 + [True]
    assert outcome(run(job)) == {"rows": 2000, "created": 2000}


def test_a_chunk_delivered_five_times_is_loaded_once() -> None:
    job = make_job("email\n" + "".join(f"p{n}@x.com\n" for n in range(2000)))
    plan.plan(job.id)
    run_concurrently(*[lambda: load.load(job.id, 1)] * 5)
    assert User.objects.count() == 2000
    assert ImportChunk.objects.get().attempts == 1
    assert outcome(run(job)) == {"rows": 2000, "created": 2000}


def test_work_locked_by_another_transaction_is_left_alone() -> None:
    job = make_job("email\na@x.com\n")
    planned_job = make_job("email\nb@x.com\n")
    plan.plan(planned_job.id)
    with transaction.atomic():
        ImportJob.objects.select_for_update().get(id=job.id)
        ImportChunk.objects.select_for_update().get(job=planned_job)
        results = run_concurrently(lambda: plan.plan(job.id), lambda: load.load(planned_job.id, 1))
    assert results == [False, None]
    assert emails() == []
    job.refresh_from_db()
    assert job.attempts == 0


def test_a_job_locked_by_another_worker_between_two_transactions_is_not_planned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = make_job("email\na@x.com\n")

    def taken_by_another(work: QuerySet[ImportJob]) -> ImportJob | None:
        """Lock the job in the first transaction and find it locked in the second."""
        monkeypatch.setattr(attempts, "lock", lambda work: None)
        return lock(work)

    lock = attempts.lock
    monkeypatch.setattr(attempts, "lock", taken_by_another)
    assert not plan.plan(job.id)
    monkeypatch.undo()
    assert outcome(run(job)) == {"rows": 1, "created": 1}


def test_two_files_with_the_same_users_in_opposite_order_do_not_deadlock(
    settings: Settings,
) -> None:
    settings.IMPORT_CHUNK_ROWS = 500
    lines = [f"p{n:04d}@x.com\n" for n in range(2000)]
    jobs = [make_job("email\n" + "".join(lines)), make_job("email\n" + "".join(lines[::-1]))]
    for job in jobs:
        plan.plan(job.id)
    work = [(job, number) for job in jobs for number in open_chunk_numbers(job)]
    run_concurrently(*[lambda j=job, n=number: load.load(j.id, n) for job, number in work])
    first, second = (outcome(run(job)) for job in jobs)
    for name in ("created", "skipped"):
        assert first.get(name, 0) + second.get(name, 0) == 2000
    assert User.objects.count() == 2000


def test_the_last_two_loaders_finish_the_job_once(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    for _ in range(5):
        User.objects.all().delete()
        job = make_job("email\na@x.com\nb@x.com\n")
        plan.plan(job.id)

        def load_and_finish(number: int, job: ImportJob = job) -> bool:
            load.load(job.id, number)
            return finish.finish_job(job.id)

        finished = run_concurrently(lambda: load_and_finish(1), lambda: load_and_finish(2))
        assert sorted(map(bool, finished)) == [False, True]


LOCK_ROW = "SELECT FROM tasks_importchunk FOR NO KEY UPDATE"
ADVISORY_LOCK = """
    SELECT pg_advisory_lock(hashtextextended('chunk ' || job_id || ' ' || number, 0))
    FROM tasks_importchunk
"""


@pytest.mark.parametrize(("lock", "in_transaction"), [(LOCK_ROW, True), (ADVISORY_LOCK, False)])
def test_a_stalled_loader_is_terminated_and_another_takes_over(
    lock: str, in_transaction: bool, settings: Settings
) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    settings.LOADER_STALL = timedelta(0)
    with other_connection(autocommit=not in_transaction, name="accounts-worker") as stalled:
        stalled.execute(lock)
        load.load(job.id, 1)
        assert emails() == []

        def is_terminated() -> bool:
            """Call recover, as beat does again and again: PostgreSQL may report the stall late."""
            recover.end_stalled_workers()
            return not is_alive(stalled)

        wait_until(is_terminated, timeout=10, what="the stalled connection must be terminated")
        with pytest.raises(psycopg.OperationalError):
            stalled.execute("SELECT 1")
    load.load(job.id, 1)
    assert emails() == ["a@x.com"]


def test_a_terminated_connection_costs_an_attempt() -> None:
    """Fails if work that stalls each time can be terminated and restarted without end."""
    job = make_job("email\na@x.com\n")
    work = ImportJob.objects.filter(id=job.id)

    def lose_connection() -> None:
        with attempts.attempt(work, name="plan"):
            with other_connection(autocommit=True) as other, connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                other.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())
            work.exists()

    with pytest.raises(OperationalError):
        lose_connection()
    connection.close()
    job.refresh_from_db()
    assert job.attempts == 1
