"""Rows with too few or too many cells: downloaded, saved by a spreadsheet, uploaded again."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import emails, outcome

Imported = Callable[[APIClient, str | bytes], ImportJob]
SENT = "email,name,phone,city\nann@x.com,Ann\nbob@x.com,Bob,1,Rio,Sul\n"


@pytest.fixture
def reupload(
    as_bob: APIClient, imported: Imported
) -> Callable[[str, Callable[[str], str]], ImportJob]:
    """Return `reupload(sent, edit)`: import `sent`, then import its edited rejected-rows.csv."""

    def make(sent: str, edit: Callable[[str], str]) -> ImportJob:
        job = imported(as_bob, sent)
        answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
        return imported(as_bob, edit(answer.getvalue().decode()))

    return make


def saved(text: str) -> str:
    """Return the text as a spreadsheet saves it, with all rows as wide as the widest."""
    rows = list(csv.reader(StringIO(text)))
    width = max(map(len, rows))
    out = StringIO()
    csv.writer(out).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue()


def test_cells_are_below_their_headers(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, SENT)
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    short, long = csv.DictReader(StringIO(answer.getvalue().decode()))
    assert (short["phone"], short["error_code"]) == ("", "too_few_columns")
    assert (long["city"], long["error_line"]) == ("Rio", "Sul")


@pytest.mark.parametrize("edit", [str, saved])
def test_unfixed_rows_are_rejected_every_time(
    reupload: Callable[..., ImportJob], as_bob: APIClient, edit: Callable[[str], str]
) -> None:
    """Fails if a row is padded or cut on its way and then imported as a valid one."""
    text = SENT
    for _ in range(3):
        job = reupload(text, edit)
        assert outcome(job) == {"rows": 2, "failed": 2}
        assert sorted(job.rejections) == ["too_few_columns", "too_many_columns"]
        text = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue().decode()
    assert text.splitlines()[1].startswith("ann@x.com,Ann,,,2,,too_few_columns,")
    assert text.splitlines()[2].startswith("bob@x.com,Bob,1,Rio,Sul,3,,too_many_columns,")


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("ann@x.com,Ann,,,", "ann@x.com,Ann,5,Ica,"),
        lambda text: text.replace(",too_few_columns,", ",,"),
        lambda text: text.replace("bob@x.com,Bob,1,Rio,Sul,", "bob@x.com,Bob,1,Rio Sul,"),
    ],
    ids=["filled", "accepted as it is", "joined"],
)
def test_only_the_fixed_row_is_imported(
    reupload: Callable[..., ImportJob], edit: Callable[[str], str]
) -> None:
    job = reupload(SENT, lambda text: saved(edit(text)))
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}


def test_rows_may_be_uploaded_without_their_error_cells(reupload: Callable[..., ImportJob]) -> None:
    job = reupload("email,name\nbad,Ann\n", lambda text: text.splitlines()[0] + "\na@x.com,Ann\n")
    assert outcome(job) == {"rows": 1, "created": 1}


def test_cells_added_on_the_right_are_kept(
    reupload: Callable[..., ImportJob], as_bob: APIClient
) -> None:
    job = reupload("email,name\nbad,Ann\n", lambda text: text.rstrip() + ",why?\n")
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert b"\nbad,Ann,why?,2,,too_many_columns," in answer.getvalue()


def test_a_column_may_be_added_after_the_error_columns(
    reupload: Callable[..., ImportJob], as_bob: APIClient, imported: Imported
) -> None:
    sent = "email,name\nbad,Ann\nworse,Bob\n"
    job = reupload(sent, lambda text: "".join(f"{line},note\n" for line in text.splitlines()))
    assert job.ignored_columns == ["note"]
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    header, first, _ = answer.getvalue().decode().splitlines()
    assert header == "email,name,note,error_line,error_column,error_code,error_message"
    assert first.startswith("bad,Ann,note,2,email,invalid_email,")


def test_the_error_columns_create_no_user(reupload: Callable[..., ImportJob]) -> None:
    reupload(SENT, saved)
    assert emails() == ["bob@example.com"]  # the uploader
