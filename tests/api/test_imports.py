"""GET contacts/imports/."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User

URL = "/api/v1/imports/"
Imported = Callable[[APIClient, str | bytes], ImportJob]


def ids(client: APIClient) -> list[str]:
    """Return the ids of the imports that the client sees, in order."""
    answer = client.get(URL)
    assert answer.status_code == 200
    return [job["task_id"] for job in answer.json()["results"]]


def test_each_import_has_its_status_and_counts(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nann@x.com\nbad\n")
    document = as_bob.get(URL).json()
    assert (document["next"], document["previous"]) == (None, None)
    (listed,) = document["results"]
    assert listed.pop("finished_at") > listed.pop("created_at")
    assert listed == {
        "task_id": str(job.id),
        "client_reference": None,
        "status": "SUCCESS",
        "outcome": "partial",
        "file_name": "people.csv",
        "file_size": 20,
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "failed": 1,
        "not_loaded": 0,
        "status_url": f"http://testserver/api/v1/imports/{job.id}/",
    }


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [("", "complete"), ("bob@example.com\n", "complete"), ("ann@x.com\n", "complete"),
     ("bob@example.com\nbad\n", "partial"), ("ann@x.com\nbad\n", "partial"), ("bad\n", "nothing")],
)  # fmt: skip
def test_a_skipped_row_counts_as_imported(
    as_bob: APIClient, imported: Imported, rows: str, outcome: str
) -> None:
    """Bob exists already."""
    imported(as_bob, f"email\n{rows}")
    (listed,) = as_bob.get(URL).json()["results"]
    assert listed["outcome"] == outcome
    assert listed["skipped"] == rows.count("bob@example.com")


@pytest.mark.django_db(transaction=True)  # in one transaction all imports would have the same time
def test_the_newest_import_is_first(as_bob: APIClient, bob: User) -> None:
    jobs = [make_job("email\n", owner=bob) for _ in range(3)]
    assert ids(as_bob) == [str(job.id) for job in reversed(jobs)]


def test_staff_sees_own_imports_and_a_superuser_sees_all(
    as_bob: APIClient, as_alice: APIClient, bob: User, alice: User
) -> None:
    bobs, alices = (str(make_job("email\n", owner=user).id) for user in (bob, alice))
    assert ids(as_bob) == [bobs]
    assert set(ids(as_alice)) == {bobs, alices}


def test_a_user_without_imports_gets_none(as_charlie: APIClient, bob: User) -> None:
    make_job("email\n", owner=bob)
    assert as_charlie.get(URL).json()["results"] == []


def test_costs_two_queries(
    as_bob: APIClient, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_job("email\n", owner=bob)
    with django_assert_num_queries(2):  # the token's user; the page
        as_bob.get(URL)
