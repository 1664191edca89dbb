"""The filters of GET contacts/imports/."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tasks.status.history_query import filter_history
from tests.api.answers import wrong_fields
from tests.imports import make_job
from users_uc.models import User

URL = "/api/v1/imports/"


def found(client: APIClient, **params: str) -> set[str]:
    """Return the ids of the imports that the request finds."""
    return {job["task_id"] for job in client.get(URL, params).json()["results"]}


@pytest.fixture
def jobs(bob: User) -> list[str]:
    """Return the ids of an old failed import and a new one that waits."""
    old, new = (make_job("email\n", owner=bob) for _ in range(2))
    month = timedelta(days=30)
    times = {"created_at": old.created_at - month, "finished_at": old.created_at - month}
    ImportJob.objects.filter(pk=old.pk).update(status="FAILURE", **times)
    return [str(old.pk), str(new.pk)]


def test_an_import_is_found_by_its_reference(
    as_bob: APIClient, as_alice: APIClient, imported: Callable[..., Any]
) -> None:
    job = imported(as_bob, "email\na@x.com\n", client_reference="run 17")
    imported(as_bob, "email\nb@x.com\n", client_reference="run 18")
    imported(as_bob, "email\nc@x.com\n")
    assert found(as_bob, client_reference="run 17") == {str(job.id)}
    assert found(as_bob, client_reference="run") == set()
    assert len(found(as_bob)) == 3
    (entry,) = as_bob.get(URL, {"client_reference": "run 17"}).json()["results"]
    assert entry["client_reference"] == "run 17"
    status = as_bob.get(entry["status_url"]).json()
    assert status["options"]["client_reference"] == "run 17"


def test_a_reference_of_another_user_finds_nothing(
    as_bob: APIClient, as_charlie: APIClient, imported: Callable[..., Any]
) -> None:
    imported(as_bob, "email\na@x.com\n", client_reference="run 17")
    assert found(as_charlie, client_reference="run 17") == set()


def test_imports_are_found_by_state_and_time(as_bob: APIClient, jobs: list[str]) -> None:
    old, new = jobs
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert found(as_bob, status="FAILURE") == {old}
    assert found(as_bob, status="PENDING") == {new}
    assert found(as_bob, created_after=yesterday) == {new}
    assert found(as_bob, created_before=yesterday) == {old}
    assert found(as_bob, created_before=yesterday, status="PENDING") == set()


@pytest.mark.parametrize("name", ["created_after", "created_before"])
def test_the_error_of_an_offset_without_its_plus_says_how_to_write_it(
    as_bob: APIClient, name: str
) -> None:
    time = "2026-01-01T00:00:00{}01:00"
    (error,) = wrong_fields(as_bob.get(f"{URL}?{name}={time.format('+')}"))[name]
    assert (error["code"], "%2B" in error["message"]) == ("invalid", True)
    assert as_bob.get(f"{URL}?{name}={time.format('%2B')}").status_code == 200
    assert as_bob.get(f"{URL}?{name}=2026-01-01+00:00").status_code == 200
    (error,) = wrong_fields(as_bob.get(f"{URL}?{name}=yesterday"))[name]
    assert "%2B" not in error["message"]


def test_the_time_itself_is_after_it(as_bob: APIClient, jobs: list[str]) -> None:
    time: datetime = ImportJob.objects.get(pk=jobs[1]).created_at
    assert jobs[1] in found(as_bob, created_after=time.isoformat())
    assert jobs[1] not in found(as_bob, created_before=time.isoformat())


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"status": "DONE"}, {"status": "invalid_choice"}),
        ({"created_after": "yesterday"}, {"created_after": "invalid"}),
        ({"created_before": "2026-13-01T00:00:00Z"}, {"created_before": "invalid"}),
        ({"client_reference": "x" * 101}, {"client_reference": "max_length"}),
        ({"client_reference": "\0"}, {"client_reference": "null_characters_not_allowed"}),
        ({"reference": "x"}, {"reference": "unknown_parameter"}),
    ],
)
def test_a_wrong_filter_is_400(
    as_bob: APIClient, params: dict[str, str], codes: dict[str, str]
) -> None:
    wrong = wrong_fields(as_bob.get(URL, params))
    assert {name: found[0]["code"] for name, found in wrong.items()} == codes


def test_an_index_finds_a_reference(db: None) -> None:
    for number in range(200):
        make_job("email\n", options=Options(client_reference=str(number)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_importjob")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = filter_history(ImportJob.objects.all(), {"client_reference": "17"}).explain()
    assert "job_client_reference" in plan
