"""GET contacts/task-status/{task_id}/: what a user should know that no error says."""

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User


def warnings(client: APIClient, job: ImportJob) -> list[dict[str, str]]:
    """What the status shows."""
    document = client.get(f"/api/contacts/task-status/{job.id}/").json()
    shown: list[dict[str, str]] = document["warnings"]
    return shown


def job_with(owner: User, **fields: object) -> ImportJob:
    """A job of whose file the reading has told this."""
    job = make_job("email\n", owner=owner)
    ImportJob.objects.filter(id=job.id).update(**fields)
    return job


def test_an_encoding_that_was_guessed(as_bob: APIClient, bob: User) -> None:
    (warning,) = warnings(as_bob, job_with(bob, encoding="windows-1252"))
    assert warning["code"] == "encoding_guessed"
    assert "windows-1252" in warning["message"]
    assert "option encoding" in warning["message"]


@pytest.mark.parametrize(
    ("encoding", "asked"),
    [
        ("windows-1252", "windows-1252"),
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16-le", None),
        ("iso-8859-2", "iso-8859-2"),
    ],
)
def test_one_that_is_sure_or_was_asked_for_is_not(
    as_bob: APIClient, bob: User, encoding: str, asked: str | None
) -> None:
    assert warnings(as_bob, job_with(bob, encoding=encoding, options={"encoding": asked})) == []


@pytest.mark.parametrize(
    ("passwords", "said"),
    [
        (1, "1 plain passwords. To hash them takes up to about 1 min"),
        (100_000, "100,000 plain passwords. To hash them takes up to about 44 min"),
    ],
)
def test_plain_passwords_take_time(as_bob: APIClient, bob: User, passwords: int, said: str) -> None:
    (warning,) = warnings(as_bob, job_with(bob, passwords=passwords))
    assert warning["code"] == "passwords"
    assert said in warning["message"]


def test_both(as_bob: APIClient, bob: User) -> None:
    job = job_with(bob, passwords=3, encoding="windows-1252")
    assert [shown["code"] for shown in warnings(as_bob, job)] == ["encoding_guessed", "passwords"]
