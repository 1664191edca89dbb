"""Fairness between users whose small files share a queue."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from core.celery import SMALL_IMPORTS
from tasks import tasks
from tasks.lifecycle import finish, recover
from tasks.models import ImportJob
from tests.conftest import client_of
from tests.imports import make_job
from tests.threads import run_concurrently
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 2
TASKS: dict[str, Callable[..., None]] = {
    "tasks.process_csv": tasks.process_csv,
    "tasks.load_chunk": tasks.load_chunk,
}


@pytest.fixture(autouse=True)
def _two_may_be_queued(settings: Settings) -> None:
    settings.IMPORT_QUEUED_PER_USER = LIMIT


def upload(client: APIClient, number: int, *, empty_lines: int = 0) -> str:
    """Upload a file with one user and return its job."""
    content = f"email\np{number}@x.com\n" + "\n" * empty_lines
    file = SimpleUploadedFile("people.csv", content.encode())
    answer = client.post("/api/v1/imports/", {"file": file}, format="multipart")
    assert answer.status_code == 202, answer.content
    return str(json.loads(answer.content)["task_id"])


def work(queue: Redis) -> str | None:
    """Do the work of the oldest message and return its job, or `None` if there is no message."""
    message = queue.rpop(SMALL_IMPORTS)
    if message is None:
        return None
    envelope = json.loads(str(message))
    job, *number = json.loads(base64.b64decode(envelope["body"]))[0]
    TASKS[envelope["headers"]["task"]](job, *number)
    return str(job)


def ended() -> list[str]:
    """Return the ended jobs in the order of their ends."""
    jobs = ImportJob.objects.filter(status="SUCCESS").order_by("finished_at")
    return [str(job_id) for job_id in jobs.values_list("id", flat=True)]


def test_few_files_of_a_user_are_queued_and_all_are_imported_in_order(
    as_bob: APIClient, queue: Redis
) -> None:
    uploads = [upload(as_bob, number) for number in range(7)]
    lengths = {queue.llen(SMALL_IMPORTS)}
    while work(queue):
        lengths.add(queue.llen(SMALL_IMPORTS))
    assert ended() == uploads
    assert lengths == {0, 1, LIMIT}


def test_a_new_file_does_not_overtake_waiting_files_of_its_owner(
    as_bob: APIClient, queue: Redis, settings: Settings
) -> None:
    """Waiting files are queued when half of the places are free. Until then some are free."""
    settings.IMPORT_QUEUED_PER_USER = 4
    uploads = [upload(as_bob, number) for number in range(6)]
    while not ended():
        work(queue)
    uploads.append(upload(as_bob, 6))
    while work(queue):
        pass
    assert ended() == uploads


def test_a_file_of_another_user_overtakes_waiting_files(
    as_bob: APIClient, as_alice: APIClient, queue: Redis
) -> None:
    for number in range(20):
        upload(as_bob, number)
    single = upload(as_alice, 99)
    while single not in ended():
        assert work(queue)
    assert len(ended()) <= LIMIT + 1
    while work(queue):
        pass
    assert len(ended()) == 21


def test_few_bytes_of_a_user_are_queued(
    as_bob: APIClient, as_alice: APIClient, queue: Redis, settings: Settings
) -> None:
    """Larger ones of the small files are queued one after the other, so others do not wait long."""
    settings.IMPORT_QUEUED_PER_USER = 8
    uploads = [upload(as_bob, number, empty_lines=400_000) for number in range(3)]
    assert queue.llen(SMALL_IMPORTS) == 1
    uploads.insert(1, upload(as_alice, 99))
    while work(queue):
        assert queue.llen(SMALL_IMPORTS) <= 2
    assert ended() == uploads


def test_large_files_are_queued_at_once(
    as_bob: APIClient, queue: Redis, settings: Settings
) -> None:
    settings.IMPORT_SMALL_FILE_SIZE = 0
    for number in range(LIMIT + 1):
        upload(as_bob, number)
    assert queue.llen("imports") == LIMIT + 1


def test_recover_queues_files_whose_turn_was_missed(as_bob: APIClient, queue: Redis) -> None:
    """The process of the last file died after its end, before it queued the next one."""
    uploads = [upload(as_bob, number) for number in range(LIMIT + 1)]
    for job in uploads[:LIMIT]:
        ImportJob.objects.filter(id=job).update(status="SUCCESS", finished_at=timezone.now())
    queue.flushdb()
    assert not finish.finish_job(ImportJob.objects.get(id=uploads[LIMIT]).id)
    recover.recover()
    recover.recover()
    assert queue.llen(SMALL_IMPORTS) == 1
    assert work(queue) == uploads[LIMIT]


def test_recover_does_not_queue_files_before_their_turn(as_bob: APIClient, queue: Redis) -> None:
    for number in range(LIMIT + 3):
        upload(as_bob, number)
    queue.flushdb()
    ImportJob.objects.update(published_at=timezone.now() - timedelta(hours=1))
    recover.recover()
    assert queue.llen(SMALL_IMPORTS) == LIMIT


def test_files_that_are_stuck_do_not_block_others(as_bob: APIClient, queue: Redis) -> None:
    """Each attempt to plan them may fail, because the storage is full."""
    uploads = [upload(as_bob, number) for number in range(LIMIT + 1)]
    stuck = ImportJob.objects.filter(id__in=uploads[:LIMIT])
    stuck.update(status="STARTED", started_at=timezone.now() - timedelta(seconds=25))
    queue.flushdb()
    recover.recover()
    assert queue.llen(SMALL_IMPORTS) == 0
    stuck.update(started_at=timezone.now() - timedelta(seconds=31))
    recover.publish_waiting_jobs()
    assert queue.llen(SMALL_IMPORTS) == 1


def test_a_cancelled_file_makes_room_for_the_next(as_bob: APIClient, queue: Redis) -> None:
    uploads = [upload(as_bob, number) for number in range(LIMIT + 1)]
    for job in uploads[:LIMIT]:
        as_bob.post(f"/api/v1/imports/{job}/cancel/")
    while work(queue):
        pass
    assert ended() == uploads[LIMIT:]


def test_waiting_files_of_a_deleted_user_are_imported(
    bob: User, as_bob: APIClient, queue: Redis
) -> None:
    uploads = [upload(as_bob, number) for number in range(LIMIT + 3)]
    bob.delete()
    while work(queue):
        recover.recover()
    assert sorted(ended()) == sorted(uploads)


@pytest.mark.usefixtures("broker_unavailable")
def test_waiting_files_are_queued_later_without_redis(as_bob: APIClient) -> None:
    uploads = [upload(as_bob, number) for number in range(LIMIT + 1)]
    for job in uploads[:LIMIT]:
        tasks.process_csv(job)
        tasks.load_chunk(job, 1)
    assert ImportJob.objects.get(id=uploads[LIMIT]).queued_at is not None


def test_no_file_misses_its_turn_while_others_end(bob: User, queue: Redis) -> None:
    """Uploads and ends of imports at the same time. `recover` does not help."""
    client = client_of(bob)
    for turn in range(5):
        uploads = [partial(upload, client, 10 * turn + number) for number in range(6)]
        run_concurrently(*uploads, *[partial(work, queue)] * 3)
    while work(queue):
        pass
    assert len(ended()) == 30


def test_an_upload_before_this_version_counts_as_queued(bob: User, as_bob: APIClient) -> None:
    for _ in range(LIMIT):
        make_job("email\n", owner=bob)
    assert ImportJob.objects.get(id=upload(as_bob, 1)).queued_at is None
