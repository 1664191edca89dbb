"""POST imports/ with an Idempotency-Key."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone
from redis import Redis
from rest_framework.test import APIClient

from core.redis import queue_url
from tasks.models import IdempotencyKey, ImportJob
from tests.api.answers import assert_error
from tests.imports import run

URL = "/api/v1/imports/"
CSV = "email\nann@x.com\n"
Send = Callable[..., HttpResponse]


@pytest.fixture
def send(csv_file: Callable[..., SimpleUploadedFile]) -> Send:
    """Return `send(client, key, content, **options)`: upload a file with a key."""

    def post(client: APIClient, key: str, content: str = CSV, **options: str) -> HttpResponse:
        body = {"file": csv_file(content), **options}
        return client.post(URL, body, format="multipart", HTTP_IDEMPOTENCY_KEY=key)

    return post


def task_id(answer: HttpResponse) -> str:
    """Return the id of the job of an accepted upload."""
    assert answer.status_code == 202
    job_id: str = json.loads(answer.content)["task_id"]
    return job_id


def stored_files() -> set[Path]:
    """Return all files in the storage."""
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_a_repeated_upload_gets_the_same_job(as_bob: APIClient, send: Send) -> None:
    first = send(as_bob, "a")
    files = stored_files()
    again = send(as_bob, "a")
    assert task_id(again) == task_id(first)
    assert ImportJob.objects.count() == 1
    assert stored_files() == files
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert (again["Location"], again["Retry-After"]) == (first["Location"], "1")


def test_a_repeated_upload_is_not_queued_again(as_bob: APIClient, send: Send) -> None:
    with Redis.from_url(queue_url(settings.REDIS_URL)) as queue:
        queue.flushdb()
        for _ in range(2):
            send(as_bob, "a")
        assert queue.llen("imports_small") == 1


def test_a_repeated_upload_gets_the_current_status(as_bob: APIClient, send: Send) -> None:
    send(as_bob, "a")
    run(ImportJob.objects.get())
    assert json.loads(send(as_bob, "a").content)["status"] == "SUCCESS"


def test_equal_options_in_another_spelling_are_the_same(as_bob: APIClient, send: Send) -> None:
    content = "email,a,b\nann@x.com,,\n"
    first = send(as_bob, "a", content, delimiter="comma", columns='{"a": null, "b": "name"}')
    again = send(
        as_bob, "a", content, delimiter=",", columns='{"b":"name","a":null}', mode="create"
    )
    assert task_id(again) == task_id(first)


def test_another_key_creates_another_job(as_bob: APIClient, send: Send) -> None:
    assert task_id(send(as_bob, "a")) != task_id(send(as_bob, "A"))


def test_the_same_key_of_another_user_creates_another_job(
    as_alice: APIClient, as_bob: APIClient, send: Send
) -> None:
    assert task_id(send(as_alice, "a")) != task_id(send(as_bob, "a"))


@pytest.mark.parametrize(
    ("content", "options"),
    [("email\nzoe@x.com\n", {}), (CSV, {"mode": "upsert"}), (CSV, {"max_errors": "1"})],
    ids=["file", "mode", "max_errors"],
)
def test_the_key_of_a_different_upload_is_409(
    as_bob: APIClient, send: Send, content: str, options: dict[str, str]
) -> None:
    send(as_bob, "a")
    files = stored_files()
    assert_error(send(as_bob, "a", content, **options), 409, "idempotency_key_reused")
    assert ImportJob.objects.count() == 1
    assert stored_files() == files


@pytest.mark.parametrize(
    ("content", "options"),
    [("name\nAnn\n", {}), (CSV, {"mode": "delete"})],
    ids=["file", "option"],
)
def test_a_refused_upload_does_not_use_its_key(
    as_bob: APIClient, send: Send, content: str, options: dict[str, str]
) -> None:
    assert send(as_bob, "a", content, **options).status_code == 400
    answer = send(as_bob, "a")
    assert task_id(answer) == str(ImportJob.objects.get().id)
    assert "Idempotent-Replayed" not in answer


@pytest.mark.parametrize(("hours", "jobs"), [(23.9, 1), (24, 2)])
def test_a_key_expires_after_24_hours(
    as_bob: APIClient, send: Send, hours: float, jobs: int
) -> None:
    send(as_bob, "a")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=hours))
    send(as_bob, "a")
    assert ImportJob.objects.count() == jobs


def test_an_expired_key_can_be_used_again(as_bob: APIClient, send: Send) -> None:
    send(as_bob, "a")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    other = "email\nzoe@x.com\n"
    assert task_id(send(as_bob, "a", other)) == task_id(send(as_bob, "a", other))
    assert_error(send(as_bob, "a"), 409, "idempotency_key_reused")


@pytest.mark.parametrize(
    "key", [" a b ", "!", '"quoted"', "~" * 255, ",;="], ids=lambda key: key[:9]
)
def test_a_key_may_have_any_printable_ascii_character(
    as_bob: APIClient, send: Send, key: str
) -> None:
    assert task_id(send(as_bob, key)) == task_id(send(as_bob, key))


@pytest.mark.parametrize("key", ["", "a" * 256, "é", "a\tb", "a\x7f", "\x80"], ids=ascii)
def test_an_invalid_key_is_400(as_bob: APIClient, send: Send, key: str) -> None:
    assert_error(send(as_bob, key), 400, "invalid", **{"Idempotency-Key": "invalid"})
    assert not ImportJob.objects.exists()
