"""Concurrent uploads through the API, each on its own connection."""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django import Settings

from tasks.models import ImportJob
from tests.conftest import client_of
from tests.threads import run_concurrently
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/imports/"
CONTENT = "email\n" + "".join(f"p{number}@x.com\n" for number in range(1000))


def upload(user: User, content: str = CONTENT, *, key: str | None = None) -> HttpResponse:
    file = SimpleUploadedFile("people.csv", content.encode())
    headers: dict[str, Any] = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return client_of(user).post(URL, {"file": file}, format="multipart", **headers)


def stored_files() -> set[Path]:
    return {path for path in django_settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_eight_concurrent_uploads_with_one_key_create_one_job_and_one_file(bob: User) -> None:
    before = stored_files()
    answers = run_concurrently(*[partial(upload, bob, key="a")] * 8)
    job = ImportJob.objects.get()
    assert [answer.status_code for answer in answers] == [202] * 8
    assert {answer["Location"].split("/")[-2] for answer in answers} == {str(job.id)}
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 7
    (file,) = stored_files() - before
    assert file == django_settings.MEDIA_ROOT / job.file


def test_four_concurrent_files_with_one_key_get_one_job_and_three_409(bob: User) -> None:
    before = stored_files()
    contents = [f"{CONTENT}q{number}@x.com\n" for number in range(4)]
    answers = run_concurrently(*[partial(upload, bob, content, key="a") for content in contents])
    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 3}
    (file,) = stored_files() - before
    assert file == django_settings.MEDIA_ROOT / ImportJob.objects.get().file


def test_two_users_with_the_same_key_create_two_jobs(alice: User, bob: User) -> None:
    answers = run_concurrently(*[partial(upload, user, key="a") for user in (alice, bob)] * 2)
    assert [answer.status_code for answer in answers] == [202] * 4
    assert {job.owner for job in ImportJob.objects.all()} == {alice, bob}
    assert ImportJob.objects.count() == 2


def test_concurrent_uploads_do_not_exceed_the_limit_of_waiting_jobs(
    bob: User, settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 3
    before = stored_files()
    answers = run_concurrently(*[partial(upload, bob)] * 8)
    assert Counter(answer.status_code for answer in answers) == {202: 3, 429: 5}
    assert ImportJob.objects.count() == 3
    assert len(stored_files() - before) == 3


def test_the_limit_of_waiting_jobs_counts_each_user_separately(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 2
    answers = run_concurrently(*[partial(upload, user) for user in (alice, bob)] * 4)
    assert Counter(answer.status_code for answer in answers) == {202: 4, 429: 4}
    assert Counter(job.owner for job in ImportJob.objects.all()) == {alice: 2, bob: 2}
