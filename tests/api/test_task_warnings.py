"""GET contacts/task-status/{task_id}/: what a user should know that no error says."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[..., ImportJob]


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


LATIN = "email,name\nann@x.com,José\n".encode("windows-1252")


def test_an_encoding_that_was_guessed(as_bob: APIClient, imported: Imported) -> None:
    (warning,) = warnings(as_bob, imported(as_bob, LATIN))
    assert warning["code"] == "encoding_guessed"
    assert "windows-1252" in warning["message"]
    assert "option encoding" in warning["message"]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (LATIN, {"encoding": "windows-1252"}),
        (LATIN, {"encoding": "iso-8859-2"}),
        (LATIN, {"encoding": "utf-8"}),
        (LATIN.decode("windows-1252"), {}),
        ("\ufeff" + LATIN.decode("windows-1252"), {}),
    ],
)
def test_one_that_is_sure_or_was_asked_for_is_not(
    as_bob: APIClient, imported: Imported, content: str | bytes, options: dict[str, str]
) -> None:
    assert warnings(as_bob, imported(as_bob, content, **options)) == []


def test_passwords_of_good_rows_count(as_bob: APIClient, imported: Imported) -> None:
    rows = ["ann@x.com,a phrase for Ann", "bad,a phrase for nobody", "zoe@x.com,", "joe@x.com,1"]
    (warning,) = warnings(as_bob, imported(as_bob, "\n".join(["email,password", *rows])))
    assert "file: 1." in warning["message"]


@pytest.mark.parametrize(
    ("passwords", "said"),
    [
        (1, "Plain passwords in the file: 1. Hashing them takes up to about 1 min"),
        (100_000, "file: 100,000. Hashing them takes up to about 44 min"),
    ],
)
def test_plain_passwords_take_time(as_bob: APIClient, bob: User, passwords: int, said: str) -> None:
    (warning,) = warnings(as_bob, job_with(bob, passwords=passwords))
    assert warning["code"] == "passwords"
    assert said in warning["message"]


def test_both(as_bob: APIClient, bob: User) -> None:
    job = job_with(bob, passwords=3, encoding="windows-1252")
    assert [shown["code"] for shown in warnings(as_bob, job)] == ["encoding_guessed", "passwords"]
