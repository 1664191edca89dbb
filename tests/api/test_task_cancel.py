"""POST imports/{task_id}/cancel/."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from core.redis import queue_url
from tasks.models import ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.api.answers import assert_error
from tests.imports import make_job, outcome, run
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
CSV = "email\nann@x.com\nbob@x.com\nbad\n"


def url(job: ImportJob) -> str:
    """Return the URL of the job."""
    return f"/api/v1/imports/{job.id}/"


@pytest.fixture
def queue() -> Iterator[Redis]:
    """Yield a client of the broker's database, which is empty before and after the test."""
    with Redis.from_url(queue_url(django_settings.REDIS_URL)) as client:
        client.flushdb()
        yield client
        client.flushdb()


def test_a_waiting_job_is_revoked_at_once(as_bob: APIClient, bob: User) -> None:
    job = make_job(CSV, owner=bob)
    answer = as_bob.post(f"{url(job)}cancel/")
    assert answer.status_code == 202
    status_url = f"http://testserver{url(job)}"
    assert answer.json() == {"task_id": str(job.id), "status": "REVOKED", "status_url": status_url}
    assert (answer["Location"], answer["Retry-After"]) == (status_url, "1")
    document = as_bob.get(url(job)).json()
    assert document["status"] == "REVOKED"
    assert document["progress"]["phase"] == "finished"
    assert set(document["result"].values()) == {0}
    assert document["error"] is None


def test_loaded_rows_stay_and_the_rest_is_counted(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job(CSV, owner=bob)
    plan.plan(job.id)
    load.load(job.id, 1)
    assert as_bob.post(f"{url(job)}cancel/").status_code == 202
    document = as_bob.get(url(job)).json()
    assert document["status"] == "REVOKED"
    counts = {"rows": 3, "created": 1, "failed": 1, "not_loaded": 1}
    assert {name: count for name, count in document["result"].items() if count} == counts
    assert document["progress"]["rows_done"] == 2
    assert User.objects.filter(email="ann@x.com").exists()
    assert outcome(run(job)) == counts


def test_a_second_cancellation_changes_nothing(as_bob: APIClient, bob: User) -> None:
    job = make_job(CSV, owner=bob)
    first, second = (as_bob.post(f"{url(job)}cancel/") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("content", "status"), [(CSV, "SUCCESS"), ('email\n"open', "FAILURE")], ids=["ok", "bad"]
)
def test_the_cancellation_of_a_finished_job_is_409(
    as_bob: APIClient, imported: Imported, content: str, status: str
) -> None:
    job = imported(as_bob, content)
    assert_error(as_bob.post(f"{url(job)}cancel/"), 409, "already_finished")
    job.refresh_from_db()
    assert job.status == status


def test_the_job_is_queued_for_a_celery_worker(as_bob: APIClient, bob: User, queue: Redis) -> None:
    as_bob.post(f"{url(make_job(CSV, owner=bob))}cancel/")
    assert queue.llen("imports_small") == 1


def test_a_hundred_cancellations_queue_the_job_once(
    as_bob: APIClient, bob: User, queue: Redis, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    waiting, planned = make_job(CSV, owner=bob), make_job(CSV, owner=bob)
    plan.plan(planned.id)
    for job in (waiting, planned):
        queue.flushdb()
        answers = {as_bob.post(f"{url(job)}cancel/").status_code for _ in range(100)}
        assert answers == {202}
        assert queue.llen("imports_small") == 1


@pytest.mark.usefixtures("broker_unavailable")
def test_redis_is_not_needed(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.post(f"{url(make_job(CSV, owner=bob))}cancel/")
    assert (answer.status_code, answer.json()["status"]) == (202, "REVOKED")


def test_the_status_has_a_cancel_link_until_the_job_ends(as_bob: APIClient, bob: User) -> None:
    job = make_job(CSV, owner=bob)
    link = as_bob.get(url(job)).json()["links"]["cancel"]
    assert as_bob.post(link).status_code == 202
    assert "cancel" not in as_bob.get(url(job)).json()["links"]


def test_a_cancelled_job_makes_room_for_another(
    as_bob: APIClient, bob: User, settings: Settings, csv_file: Callable[..., object]
) -> None:
    settings.IMPORT_MAX_WAITING = 1
    job = make_job(CSV, owner=bob)
    statuses = []
    for step in (lambda: None, lambda: as_bob.post(f"{url(job)}cancel/")):
        step()
        body = {"file": csv_file("email\n")}
        answer = as_bob.post("/api/v1/imports/", body, format="multipart")
        statuses.append(answer.status_code)
    assert statuses == [429, 202]


def test_jobs_of_other_users_are_404(as_bob: APIClient, alice: User) -> None:
    job = make_job(CSV, owner=alice)
    assert_error(as_bob.post(f"{url(job)}cancel/"), 404, "not_found")
    job.refresh_from_db()
    assert job.status == "PENDING"
