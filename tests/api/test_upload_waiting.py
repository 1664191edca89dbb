"""POST contacts/upload-csv/ of who has many unfinished imports; what is looked at first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.conftest import client_of
from tests.imports import make_job
from users_uc.models import User

URL = "/api/contacts/upload-csv/"
Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _two_may_wait(settings: Settings) -> None:
    settings.IMPORT_MAX_WAITING = 2


@pytest.fixture
def send(csv_file: Callable[..., SimpleUploadedFile]) -> Send:
    """`send(client, **headers)`: upload a file."""

    def post(client: APIClient, **headers: Any) -> HttpResponse:
        return client.post(URL, {"file": csv_file("email\n")}, format="multipart", **headers)

    return post


def jobs(owner: User, *statuses: str) -> None:
    """Jobs in these states."""
    for status in statuses:
        job = make_job("email\n", owner=owner)
        ImportJob.objects.filter(id=job.id).update(status=status)


def test_as_many_as_may_wait_are_accepted(as_bob: APIClient, send: Send) -> None:
    assert [send(as_bob).status_code for _ in range(3)] == [202, 202, 429]
    assert ImportJob.objects.count() == 2


def test_one_more_is_429_with_what_to_do(as_bob: APIClient, bob: User, send: Send) -> None:
    jobs(bob, "PENDING", "PENDING")
    answer = send(as_bob)
    assert_error(answer, 429, "too_many_imports")
    assert int(answer["Retry-After"]) > 0
    assert b"You have 2 unfinished imports." in answer.content


@pytest.mark.parametrize("status", ["PENDING", "STARTED", "PROGRESS"])
def test_what_is_under_way_counts(as_bob: APIClient, bob: User, send: Send, status: str) -> None:
    jobs(bob, status, status)
    assert_error(send(as_bob), 429, "too_many_imports")


def test_what_is_finished_does_not(as_bob: APIClient, bob: User, send: Send) -> None:
    jobs(bob, "SUCCESS", "FAILURE", "REVOKED", "PENDING")
    assert send(as_bob).status_code == 202


def test_imports_of_others_do_not(as_bob: APIClient, alice: User, send: Send) -> None:
    jobs(alice, "PENDING", "PENDING")
    assert send(as_bob).status_code == 202


def test_is_said_before_the_body_is_read(as_bob: APIClient, bob: User) -> None:
    jobs(bob, "PENDING", "PENDING")
    assert_error(as_bob.generic("POST", URL, "x", "text/plain"), 429, "too_many_imports")


def test_the_same_again_passes(as_bob: APIClient, send: Send) -> None:
    first = send(as_bob, HTTP_IDEMPOTENCY_KEY="a")
    send(as_bob)
    again = send(as_bob, HTTP_IDEMPOTENCY_KEY="a")
    assert again.status_code == 202
    assert again["Location"] == first["Location"]


def test_a_new_key_does_not_help(as_bob: APIClient, bob: User, send: Send) -> None:
    jobs(bob, "PENDING", "PENDING")
    assert_error(send(as_bob, HTTP_IDEMPOTENCY_KEY="a"), 429, "too_many_imports")
    ImportJob.objects.update(status="SUCCESS")
    assert send(as_bob, HTTP_IDEMPOTENCY_KEY="a").status_code == 202


def test_who_is_asked_comes_first_then_length_then_the_number_then_the_body(
    bob: User, charlie: User, settings: Settings
) -> None:
    jobs(bob, "PENDING", "PENDING")
    jobs(charlie, "PENDING", "PENDING")
    kind = "text/plain"
    too_long: dict[str, Any] = {"CONTENT_LENGTH": str(settings.MAX_UPLOAD_SIZE + 1_000_000)}
    steps: list[tuple[User | None, dict[str, Any], int, str]] = [
        (None, too_long, 401, "not_authenticated"),
        (charlie, too_long, 403, "permission_denied"),
        (bob, too_long, 413, "too_large"),
        (bob, {}, 429, "too_many_imports"),
    ]
    for user, headers, status, code in steps:
        answer = client_of(user).generic("POST", URL, "x", kind, **headers)
        assert_error(answer, status, code)
    ImportJob.objects.all().delete()
    assert_error(client_of(bob).generic("POST", URL, "x", kind), 415, "unsupported_media_type")
