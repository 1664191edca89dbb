"""POST imports/: the limit of unfinished imports, and the order of the checks."""

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

URL = "/api/v1/imports/"
Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _at_most_two_may_wait(settings: Settings) -> None:
    settings.IMPORT_MAX_WAITING = 2


@pytest.fixture
def send(csv_file: Callable[..., SimpleUploadedFile]) -> Send:
    """Return `send(client, **headers)`: upload a file with these headers."""

    def post(client: APIClient, **headers: Any) -> HttpResponse:
        return client.post(URL, {"file": csv_file("email\n")}, format="multipart", **headers)

    return post


def create_jobs(owner: User, *statuses: str) -> None:
    """Create one job for each of these statuses."""
    for status in statuses:
        job = make_job("email\n", owner=owner)
        ImportJob.objects.filter(id=job.id).update(status=status)


def test_uploads_up_to_the_limit_are_accepted(as_bob: APIClient, send: Send) -> None:
    assert [send(as_bob).status_code for _ in range(3)] == [202, 202, 429]
    assert ImportJob.objects.count() == 2


def test_an_upload_above_the_limit_is_429(as_bob: APIClient, bob: User, send: Send) -> None:
    create_jobs(bob, "PENDING", "PENDING")
    answer = send(as_bob)
    assert_error(answer, 429, "too_many_imports")
    assert int(answer["Retry-After"]) > 0
    assert b"You have 2 unfinished imports." in answer.content


@pytest.mark.parametrize("status", ["PENDING", "STARTED", "PROGRESS"])
def test_unfinished_imports_are_counted(
    as_bob: APIClient, bob: User, send: Send, status: str
) -> None:
    create_jobs(bob, status, status)
    assert_error(send(as_bob), 429, "too_many_imports")


def test_finished_imports_are_not_counted(as_bob: APIClient, bob: User, send: Send) -> None:
    create_jobs(bob, "SUCCESS", "FAILURE", "REVOKED", "PENDING")
    assert send(as_bob).status_code == 202


def test_imports_of_other_users_are_not_counted(as_bob: APIClient, alice: User, send: Send) -> None:
    create_jobs(alice, "PENDING", "PENDING")
    assert send(as_bob).status_code == 202


def test_the_limit_is_checked_before_the_body_is_read(as_bob: APIClient, bob: User) -> None:
    create_jobs(bob, "PENDING", "PENDING")
    assert_error(as_bob.generic("POST", URL, "x", "text/plain"), 429, "too_many_imports")


def test_a_repeated_upload_is_accepted(as_bob: APIClient, send: Send) -> None:
    first = send(as_bob, HTTP_IDEMPOTENCY_KEY="a")
    send(as_bob)
    again = send(as_bob, HTTP_IDEMPOTENCY_KEY="a")
    assert again.status_code == 202
    assert again["Location"] == first["Location"]


def test_a_new_key_does_not_bypass_the_limit(as_bob: APIClient, bob: User, send: Send) -> None:
    create_jobs(bob, "PENDING", "PENDING")
    assert_error(send(as_bob, HTTP_IDEMPOTENCY_KEY="a"), 429, "too_many_imports")
    ImportJob.objects.update(status="SUCCESS")
    assert send(as_bob, HTTP_IDEMPOTENCY_KEY="a").status_code == 202


def test_the_checks_are_permission_length_limit_and_content_type(
    bob: User, charlie: User, settings: Settings
) -> None:
    create_jobs(bob, "PENDING", "PENDING")
    create_jobs(charlie, "PENDING", "PENDING")
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
