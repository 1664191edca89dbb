"""GET imports/{task_id}/rejected-rows.csv?include=...: rows that were not written."""

from collections.abc import Callable

import polars as pl
import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportChunk, ImportJob
from tasks.planning import plan
from tasks.writing import record_list
from tests.api.answers import assert_error
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[..., ImportJob]
EXISTS = "The user exists already and was not changed."
DEACTIVATED = "The user has deactivated this account. Only a superuser can activate it again."
SAME = "The user has these values already."


def url(job: ImportJob) -> str:
    """Return the URL of the file."""
    return f"/api/v1/imports/{job.id}/rejected-rows.csv"


def rows(client: APIClient, job: ImportJob, include: str | list[str]) -> list[str]:
    """Return the lines of the file below its header."""
    answer = client.get(url(job), {"include": include})
    assert answer.status_code == 200
    lines: list[str] = answer.getvalue().decode().splitlines()
    return lines[1:]


@pytest.fixture
def job(as_bob: APIClient, imported: Imported, settings: Settings) -> ImportJob:
    """Import five rows: rows 2 and 5 are rejected, rows 1 and 3 are skipped."""
    settings.IMPORT_CHUNK_ROWS = 2
    for email in ("zoe@x.com", "ann@x.com"):
        User.objects.create_user(email)
    uploaded = "zoe@x.com,=1\nbad,2\nann@x.com,3\nnew@x.com,4\nworse,5\n"
    return imported(as_bob, f"email,shoe\n{uploaded}")


def test_skipped_rows_are_in_file_order(as_bob: APIClient, job: ImportJob) -> None:
    assert rows(as_bob, job, "skipped") == [
        f"zoe@x.com,'=1,2,,skipped,{EXISTS}",
        "bad,2,3,email,invalid_email,This is not a valid e-mail address.",
        f"ann@x.com,3,4,,skipped,{EXISTS}",
        "worse,5,6,email,invalid_email,This is not a valid e-mail address.",
    ]


def test_the_reason_says_that_a_user_deactivated_the_account(
    as_bob: APIClient, imported: Imported
) -> None:
    User.objects.create_user("ann@x.com", is_staff=True)
    User.objects.create_user("zoe@x.com").deactivate()
    content = "email,is_active\nann@x.com,yes\nzoe@x.com,yes\nbea@x.com,yes\n"
    job = imported(as_bob, content, mode="upsert")
    for include in ("skipped", "unchanged,skipped"):
        assert rows(as_bob, job, include) == [
            f"ann@x.com,yes,2,,skipped,{EXISTS}",
            f"zoe@x.com,yes,3,,skipped,{DEACTIVATED}",
        ]
    assert rows(as_bob, job, "unchanged") == []


def test_skipped_rows_are_included_only_on_request(as_bob: APIClient, job: ImportJob) -> None:
    for include in (list[str](), "unchanged"):
        assert [row.split(",")[0] for row in rows(as_bob, job, include)] == ["bad", "worse"]


@pytest.mark.parametrize(
    "include", ["skipped,unchanged", "unchanged,skipped", ["unchanged", "skipped"]], ids=str
)
def test_unchanged_rows_can_be_included_too(
    as_bob: APIClient, job: ImportJob, include: str | list[str]
) -> None:
    chunk = ImportChunk.objects.filter(created=1).get()
    chunk.unchanged_records = record_list.compress(pl.Series([4]))
    chunk.save()
    cells = [row.split(",") for row in rows(as_bob, job, include)]
    assert [(row[2], row[4]) for row in cells] == [
        ("2", "skipped"),
        ("3", "invalid_email"),
        ("4", "skipped"),
        ("5", "unchanged"),
        ("6", "invalid_email"),
    ]
    assert cells[3][5:] == [SAME]


@pytest.mark.parametrize("include", ["skiped", "created", "skipped,", "skipped;unchanged", "all"])
def test_any_other_value_is_400(as_bob: APIClient, job: ImportJob, include: str) -> None:
    answer = as_bob.get(url(job), {"include": include}, HTTP_ACCEPT="text/csv")
    assert_error(answer, 400, "invalid", include="invalid")


def test_an_unfinished_job_has_no_skipped_rows_yet(as_bob: APIClient, bob: User) -> None:
    job = make_job("email\nbob@example.com\n", owner=bob)
    assert rows(as_bob, job, "skipped") == []
    plan.plan(job.id)
    assert rows(as_bob, job, "skipped") == []
