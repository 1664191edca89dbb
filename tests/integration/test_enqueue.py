"""Messages in the queue after publishing."""

import json

import pytest
from redis import Redis

from tasks.lifecycle import enqueue, fairness
from tasks.planning import plan
from tests.imports import make_job

pytestmark = pytest.mark.django_db


def test_a_job_is_queued_under_its_own_id(queue: Redis) -> None:
    job = make_job("email\n")
    assert enqueue.publish_job(job)
    (message,) = queue.lrange("imports_small", 0, -1)
    headers = json.loads(message)["headers"]
    assert headers["id"] == str(job.id)
    assert headers["task"] == "tasks.process_csv"
    assert headers["argsrepr"] == "(...)"


def test_large_files_have_their_own_queue(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    job.csv_size = 5_000_000
    job.save()
    plan.plan(job.id)
    assert enqueue.publish_job(job)
    assert enqueue.publish_open_chunks(job.id)
    assert queue.llen("imports") == 2
    assert queue.llen("imports_small") == 0


def test_a_compressed_file_of_unknown_size_counts_as_large(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    job.compression, job.csv_size = "gzip", 0
    assert enqueue.publish_job(job)
    assert queue.llen("imports") == 1


@pytest.mark.parametrize(("limit", "name"), [(1, "imports"), (2, "imports_small")])
def test_a_file_with_many_passwords_goes_to_the_queue_of_large_files(
    queue: Redis, monkeypatch: pytest.MonkeyPatch, limit: int, name: str
) -> None:
    monkeypatch.setattr(fairness, "_HASHED_AT_ONCE", limit)
    job = make_job("email,password\na@x.com,kiln fire 7 owls\nb@x.com,moss under 9 oaks\n")
    plan.plan(job.id)
    assert enqueue.publish_open_chunks(job.id)
    assert queue.llen(name) == job.chunks.count()


def test_an_error_reply_of_redis_is_not_raised(queue: Redis) -> None:
    queue.set("imports_small", "not a list")
    assert not enqueue.publish_job(make_job("email\n"))


@pytest.mark.usefixtures("broker_unavailable")
def test_publishing_without_redis_raises_nothing(queue: Redis) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    assert not enqueue.publish_job(job)
    assert not enqueue.publish_open_chunks(job.id)
    assert queue.llen("imports_small") == 0
