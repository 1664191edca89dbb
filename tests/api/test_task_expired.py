"""Imports whose files are gone: after IMPORT_RETENTION, and where they had passwords."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from tasks.lifecycle import retention
from tasks.models import ImportJob
from tests.api.answers import assert_error

Imported = Callable[[APIClient, str | bytes], ImportJob]


def url(job: ImportJob) -> str:
    """The job's address."""
    return f"/api/contacts/task-status/{job.id}/"


@pytest.fixture
def expired(as_bob: APIClient, imported: Imported) -> ImportJob:
    """A job that ended long ago."""
    job = imported(as_bob, "email\nann@x.com\nbad\n")
    ended = timezone.now() - settings.IMPORT_RETENTION - timedelta(minutes=1)
    ImportJob.objects.update(finished_at=ended)
    retention.expire_old()
    return job


@pytest.mark.parametrize("address", ["errors/", "failed-rows.csv"])
def test_its_rows_are_410(as_bob: APIClient, expired: ImportJob, address: str) -> None:
    answer = as_bob.get(url(expired) + address)
    assert_error(answer, 410, "expired")
    assert b"30 days" in answer.content


def test_its_status_has_the_totals_still(as_bob: APIClient, expired: ImportJob) -> None:
    answer = as_bob.get(url(expired))
    assert answer.status_code == 200
    document = answer.json()
    assert {name: count for name, count in document["result"].items() if count} == {
        "rows": 2,
        "created": 1,
        "failed": 1,
    }
    assert document["progress"]["rows_done"] == 2
    assert document["errors"] == []
    assert document["expired_at"] is not None
    assert document["links"].keys() == {"self", "errors", "failed_rows"}


def test_it_is_in_the_history(as_bob: APIClient, expired: ImportJob) -> None:
    (job,) = as_bob.get("/api/contacts/imports/").json()["results"]
    assert (job["task_id"], job["failed"]) == (str(expired.id), 1)


def test_others_are_404_as_before(as_charlie: APIClient, expired: ImportJob) -> None:
    assert_error(as_charlie.get(f"{url(expired)}errors/"), 404, "not_found")


@pytest.mark.parametrize("column", ["password", "Senha", "password_hash"])
def test_rows_of_a_file_with_passwords_are_410(
    as_bob: APIClient, imported: Imported, column: str
) -> None:
    job = imported(as_bob, f"email,{column}\nbad,\n")
    assert_error(as_bob.get(f"{url(job)}failed-rows.csv"), 410, "had_secrets")
    (error,) = as_bob.get(f"{url(job)}errors/").json()["results"]
    assert (error["code"], error["value"]) == ("invalid_email", "")


def test_they_are_so_before_its_end(as_bob: APIClient, send: Callable[..., HttpResponse]) -> None:
    status_url = send(columns='{"Mail": "password"}')["Location"]
    answer = as_bob.get(f"{status_url}failed-rows.csv", {"include": "skipped"})
    assert_error(answer, 410, "had_secrets")
