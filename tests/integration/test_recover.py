"""Recovering stalled jobs and chunks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis

from tasks.lifecycle import finish, recover
from tasks.models import ImportChunk, ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import emails, imported, make_job, run

pytestmark = pytest.mark.django_db


def set_published(
    model: type[ImportJob | ImportChunk], *, seconds_ago: int, count: int = 0
) -> None:
    before = timezone.now() - timedelta(seconds=seconds_ago)
    model.objects.update(published_at=before, publish_count=count)


@pytest.mark.parametrize(
    ("seconds_ago", "count", "messages"),
    [(29, 0, 0), (31, 0, 1), (59, 1, 0), (61, 1, 1), (239, 3, 0), (241, 3, 1), (3900, 7, 1)],
)
def test_a_job_is_republished_after_a_growing_interval(
    queue: Redis, seconds_ago: int, count: int, messages: int
) -> None:
    job = make_job("email\n")
    set_published(ImportJob, seconds_ago=seconds_ago, count=count)
    recover.recover()
    recover.recover()
    assert queue.llen("imports_small") == messages
    job.refresh_from_db()
    assert job.publish_count == min(count + messages, 7)


@pytest.mark.parametrize(("seconds_ahead", "messages"), [(25, 0), (3600, 1)])
def test_a_clock_that_was_set_back_does_not_delay_republishing(
    queue: Redis, seconds_ahead: int, messages: int
) -> None:
    make_job("email\n")
    set_published(ImportJob, seconds_ago=-seconds_ahead)
    recover.recover()
    assert queue.llen("imports_small") == messages


def test_planning_resets_the_interval(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    set_published(ImportJob, seconds_ago=9999, count=5)
    plan.plan(job.id)
    job.refresh_from_db()
    assert job.publish_count == 0
    assert (timezone.now() - job.published_at).total_seconds() < 60


def test_only_open_chunks_are_republished(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    set_published(ImportChunk, seconds_ago=31)
    recover.republish_chunks()
    assert queue.llen("imports_small") == 1
    load.load(job.id, 1)
    set_published(ImportChunk, seconds_ago=9999)
    recover.republish_chunks()
    assert queue.llen("imports_small") == 1


def test_many_chunks_cost_no_more_queries_than_one(
    queue: Redis, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Fails if each chunk queries its job. The four are savepoint, select, update and release."""
    settings.IMPORT_CHUNK_ROWS = 1
    plan.plan(make_job("email\n" + "".join(f"p{n}@x.com\n" for n in range(9))).id)
    set_published(ImportChunk, seconds_ago=31)
    with django_assert_num_queries(4):
        recover.republish_chunks()
    assert queue.llen("imports_small") == 9


def test_finished_jobs_are_left_alone(queue: Redis) -> None:
    imported("email\nbad\n")
    set_published(ImportJob, seconds_ago=9999)
    recover.recover()
    assert queue.dbsize() == 0


def test_a_job_whose_last_loader_died_is_finished(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    assert recover.finish_planned() == []
    load.load(job.id, 1)
    assert recover.finish_planned() == [job.id]
    assert recover.finish_planned() == []
    job.refresh_from_db()
    assert job.status == "SUCCESS"


@pytest.mark.usefixtures("broker_unavailable")
def test_recover_continues_without_redis(queue: Redis) -> None:
    lost = make_job("email\n")
    set_published(ImportJob, seconds_ago=31)
    loaded = make_job("email\na@x.com\n")
    plan.plan(loaded.id)
    load.load(loaded.id, 1)
    recover.recover()
    loaded.refresh_from_db()
    lost.refresh_from_db()
    assert (loaded.status, lost.status) == ("SUCCESS", "PENDING")


def test_finishing_twice_changes_nothing() -> None:
    job = run(make_job("email\na@x.com\n"))
    finished_at = job.finished_at
    assert not finish.finish_job(job.id)
    job.refresh_from_db()
    assert job.finished_at == finished_at
    assert emails() == ["a@x.com"]


def test_an_unknown_job_is_not_finished() -> None:
    assert not finish.finish_job(ImportJob().id)


def test_a_job_with_an_open_chunk_is_not_finished() -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    assert not finish.finish_job(job.id)


@pytest.mark.django_db(transaction=True)
def test_the_counts_of_a_finished_job_must_add_up() -> None:
    job = run(make_job("email\na@x.com\nbad\n"))
    with pytest.raises(Exception, match="job_rows_sum"), transaction.atomic():
        ImportJob.objects.filter(id=job.id).update(created=7)
    assert connection.is_usable()
