"""Imports without files: after IMPORT_RETENTION, and if the file had passwords."""

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
    """Return the URL of the job."""
    return f"/api/v1/imports/{job.id}/"


@pytest.fixture
def expired(as_bob: APIClient, imported: Imported) -> ImportJob:
    """Return a job that expired because its retention period ended."""
    job = imported(as_bob, "email\nann@x.com\nbad\n")
    ended = timezone.now() - settings.IMPORT_RETENTION - timedelta(minutes=1)
    ImportJob.objects.update(finished_at=ended)
    retention.expire_old()
    return job


@pytest.mark.parametrize("path", ["rows/", "rejected-rows.csv"])
def test_the_rows_are_410(as_bob: APIClient, expired: ImportJob, path: str) -> None:
    answer = as_bob.get(url(expired) + path)
    assert_error(answer, 410, "expired")
    assert b"30 days" in answer.content


def test_the_status_keeps_the_totals(as_bob: APIClient, expired: ImportJob) -> None:
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
    assert document["links"].keys() == {"self", "errors", "failed_rows", "results"}


def test_the_job_stays_in_the_list_of_imports(as_bob: APIClient, expired: ImportJob) -> None:
    (job,) = as_bob.get("/api/v1/imports/").json()["results"]
    assert (job["task_id"], job["failed"]) == (str(expired.id), 1)


def test_the_job_is_404_for_other_users(as_charlie: APIClient, expired: ImportJob) -> None:
    assert_error(as_charlie.get(f"{url(expired)}rows/"), 404, "not_found")


@pytest.mark.parametrize("column", ["password", "Senha", "password_hash"])
def test_rows_of_a_file_with_passwords_are_410(
    as_bob: APIClient, imported: Imported, column: str
) -> None:
    job = imported(as_bob, f"email,{column}\nbad,\n")
    assert_error(as_bob.get(f"{url(job)}rejected-rows.csv"), 410, "had_secrets")
    (error,) = as_bob.get(f"{url(job)}rows/").json()["results"]
    assert (error["code"], error["value"]) == ("invalid_email", "")


def test_rows_of_a_file_with_passwords_are_410_before_the_end(
    as_bob: APIClient, send: Callable[..., HttpResponse]
) -> None:
    status_url = send(columns='{"Mail": "password"}')["Location"]
    answer = as_bob.get(f"{status_url}rejected-rows.csv", {"include": "skipped"})
    assert_error(answer, 410, "had_secrets")
