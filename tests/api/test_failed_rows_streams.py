"""GET imports/{task_id}/rejected-rows.csv: the stream and its budget."""

import gc
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.http import streaming
from core.http.streaming import StreamBudget
from core.server import sizing
from tasks.models import ImportJob
from tasks.returning import row_notes
from tests.api.answers import assert_error
from tests.api.test_costly_hashes import COSTLY
from tests.api.test_failed_rows import ERROR_HEADER, INVALID, url
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
DOWNLOADS = streaming.DOWNLOADS
CONTENT = "email\n" + "bad\n" * 5


@pytest.fixture
def job(as_bob: APIClient, imported: Imported) -> ImportJob:
    """Return a job of Bob with five rejected rows."""
    return imported(as_bob, CONTENT)


def assert_too_many(answer: Any) -> None:
    """Check that the answer is a 429 with `Retry-After`."""
    assert_error(answer, 429, "too_many_downloads")
    assert int(answer["Retry-After"]) > 0


def test_a_user_has_one_download_at_a_time(
    as_bob: APIClient, as_alice: APIClient, job: ImportJob
) -> None:
    first = as_bob.get(url(job))
    assert_too_many(as_bob.get(url(job), HTTP_ACCEPT="text/csv"))
    assert as_alice.get(url(job)).status_code == 200
    first.getvalue()
    assert as_bob.get(url(job)).status_code == 200


@pytest.mark.django_db(transaction=True)  # close() also closes the connection
def test_all_users_have_a_budget(
    as_bob: APIClient, as_alice: APIClient, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "DOWNLOADS", StreamBudget(BoundedSemaphore(1)))
    first = as_bob.get(url(job))
    assert_too_many(as_alice.get(url(job)))
    first.close()
    assert as_alice.get(url(job)).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("blocks", [0, 1])
def test_a_download_that_is_broken_off_frees_its_place(
    as_bob: APIClient, job: ImportJob, blocks: int
) -> None:
    answer = as_bob.get(url(job))
    for _ in range(blocks):
        next(iter(answer))
    answer.close()
    answer = as_bob.get(url(job))
    assert answer.status_code == 200
    del answer  # as if another exception had replaced it
    gc.collect()
    assert as_bob.get(url(job)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_downloads_and_costly_logins_share_the_places(
    as_bob: APIClient,
    as_alice: APIClient,
    charlie: User,
    job: ImportJob,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both together never hold all threads of a process."""
    monkeypatch.setattr(streaming, "DOWNLOADS", DOWNLOADS)
    User.objects.filter(pk=charlie.pk).update(password=COSTLY["pbkdf2"])
    credentials = {"email": charlie.email, "password": "a guess"}
    downloads = [client.get(url(job)) for client in (as_bob, as_alice)]
    assert len(downloads) == sizing.THREADS // 8
    assert_error(APIClient().post("/api/v1/auth/login/", credentials), 503, "unavailable")
    for download in downloads:
        download.close()
    assert APIClient().post("/api/v1/auth/login/", credentials).status_code == 401


def test_a_download_that_does_not_begin_frees_its_place(as_bob: APIClient, job: ImportJob) -> None:
    default_storage.delete(job.file)
    for _ in range(2):
        assert_error(as_bob.get(url(job)), 404, "not_found")


def test_the_header_is_sent_before_a_row_is_looked_for(
    as_bob: APIClient, job: ImportJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The only rejected row may be the last one of 5 GB."""
    blocks = iter(as_bob.get(url(job)))
    with django_assert_num_queries(0):
        assert next(blocks) == b"email," + ERROR_HEADER
    with django_assert_num_queries(2):  # a page, and the empty page after it
        next(blocks)


def test_rejections_are_read_in_pages(
    as_bob: APIClient, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_notes, "_PAGE", 2)
    lines = as_bob.get(url(job)).getvalue().splitlines(keepends=True)
    assert lines[1:] == [b"bad,%d," % line + INVALID for line in range(2, 7)]


@pytest.mark.parametrize("window", [1, 2, 4, 100])
def test_outcomes_are_read_in_windows(
    as_bob: APIClient, imported: Imported, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(row_notes, "_WINDOW", window)
    emails = ["zoe@x.com", "ann@x.com", "joe@x.com", "eve@x.com"]
    for email in (*emails[1:], "last@x.com"):
        User.objects.create_user(email)
    job = imported(as_bob, "\n".join(["email", *emails, "bad", "last@x.com"]))
    lines = as_bob.get(url(job), {"include": "skipped"}).getvalue().decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [*emails[1:], "bad", "last@x.com"]


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_the_file_is_read(
    as_bob: APIClient, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # as in a web worker
    monkeypatch.setattr(row_notes, "_PAGE", 2)
    monkeypatch.setattr("tasks.returning.failed_rows._BLOCK", 1)
    connection.close()
    held = [connection.connection is not None for _ in as_bob.get(url(job))]
    assert held == [False] * 6
