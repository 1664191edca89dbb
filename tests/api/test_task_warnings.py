"""GET contacts/task-status/{task_id}/: the warnings about an import."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[..., ImportJob]


def warnings(client: APIClient, job: ImportJob) -> list[dict[str, str]]:
    """Return the warnings in the status of the job."""
    document = client.get(f"/api/contacts/task-status/{job.id}/").json()
    entries: list[dict[str, str]] = document["warnings"]
    return entries


def job_with(owner: User, **fields: object) -> ImportJob:
    """Return a job whose fields have these values."""
    job = make_job("email\n", owner=owner)
    ImportJob.objects.filter(id=job.id).update(**fields)
    return job


LATIN = "email,name\nann@x.com,José\n".encode("windows-1252")


def test_a_guessed_encoding_has_a_warning(as_bob: APIClient, imported: Imported) -> None:
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
def test_a_certain_or_requested_encoding_has_no_warning(
    as_bob: APIClient, imported: Imported, content: str | bytes, options: dict[str, str]
) -> None:
    assert warnings(as_bob, imported(as_bob, content, **options)) == []


def test_only_passwords_of_accepted_rows_are_counted(as_bob: APIClient, imported: Imported) -> None:
    rows = ["ann@x.com,a phrase for Ann", "bad,a phrase for nobody", "zoe@x.com,", "joe@x.com,1"]
    (warning,) = warnings(as_bob, imported(as_bob, "\n".join(["email,password", *rows])))
    assert "file: 1." in warning["message"]


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        (
            1,
            "Plain passwords and bare digests in the file: 1. Hashing them takes up to about 1 min",
        ),
        (100_000, "file: 100,000. Hashing them takes up to about 44 min"),
    ],
)
def test_plain_passwords_have_a_warning_with_the_duration(
    as_bob: APIClient, bob: User, passwords: int, words: str
) -> None:
    (warning,) = warnings(as_bob, job_with(bob, passwords=passwords))
    assert warning["code"] == "passwords"
    assert words in warning["message"]


def test_rows_that_would_undo_an_own_deactivation_have_a_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    User.objects.create_user("ann@x.com").deactivate()
    content = "email,is_active\nann@x.com,yes\n"
    assert warnings(as_bob, imported(as_bob, content)) == []
    for dry_run in ("true", "false"):
        job = imported(as_bob, content, mode="upsert", dry_run=dry_run)
        (warning,) = warnings(as_bob, job)
        assert warning["code"] == "deactivated_by_user"
        assert "accounts: 1. Only a superuser" in warning["message"]


def test_both_warnings_can_appear_together(as_bob: APIClient, bob: User) -> None:
    job = job_with(bob, passwords=3, encoding="windows-1252")
    assert [entry["code"] for entry in warnings(as_bob, job)] == ["encoding_guessed", "passwords"]


def test_rejected_rows_that_are_not_listed_have_a_warning(as_bob: APIClient, bob: User) -> None:
    (warning,) = warnings(as_bob, job_with(bob, failed=250_000, left_out=150_000))
    assert warning["code"] == "rows_left_out"
    assert "Only 100,000 of 250,000 rejected rows" in warning["message"]
