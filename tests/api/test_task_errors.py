"""GET imports/{task_id}/rows/."""

from collections.abc import Callable

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]


def url(job: ImportJob) -> str:
    """Return the URL of the errors of the job."""
    return f"/api/v1/imports/{job.id}/rows/"


def test_each_rejected_row_has_its_reason(as_bob: APIClient, imported: Imported) -> None:
    rows = ["ann@x.com,Ann", ",Nobody", "bad,Bad", "zoe@x.com", "ann@x.com,Again"]
    answer = as_bob.get(url(imported(as_bob, "\n".join(["email,name", *rows]))))
    assert answer.status_code == 200
    errors = [
        (e["line"], e["record"], e["column"], e["code"], e["value"])
        for e in answer.json()["results"]
    ]
    assert errors == [
        (3, 2, "email", "missing_email", ""),
        (4, 3, "email", "invalid_email", "bad"),
        (5, 4, "", "too_few_columns", "zoe@x.com"),
        (6, 5, "email", "duplicate_in_file", "ann@x.com"),
    ]


def test_an_error_has_its_position_and_a_message(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nann@x.com\n\nann@x.com\n")
    (error,) = as_bob.get(url(job)).json()["results"]
    assert error.keys() == {"line", "record", "column", "code", "message", "value"}
    assert (error["line"], error["record"]) == (4, 2)
    assert error["message"] == "Line 2 has the same e-mail address. Only that line is imported."


def test_the_pages_have_all_errors_in_file_order(as_bob: APIClient, imported: Imported) -> None:
    # Duplicates are detected last, and still come in file order.
    rows = ["ann@x.com", *["bad", "ann@x.com"] * 110]
    link = url(imported(as_bob, "\n".join(["email", *rows])))
    pages = []
    while link:
        document = as_bob.get(link).json()
        pages.append([error["record"] for error in document["results"]])
        link = document["next"]
    assert [len(page) for page in pages] == [100, 100, 20]
    assert [record for page in pages for record in page] == list(range(2, 222))


@pytest.mark.parametrize(("page_size", "length"), [("1", 1), ("1000", 1000), ("1001", 1000)])
def test_a_page_has_at_most_1000_errors(
    as_bob: APIClient, imported: Imported, page_size: str, length: int
) -> None:
    job = imported(as_bob, "email\n" + "bad\n" * 1001)
    answer = as_bob.get(url(job), {"page_size": page_size})
    assert len(answer.json()["results"]) == length


def test_a_job_without_errors_has_an_empty_page(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.get(url(make_job("email\n", owner=bob)))
    assert answer.json() == {"next": None, "previous": None, "left_out": 0, "results": []}


def test_jobs_of_other_users_are_404(as_bob: APIClient, alice: User) -> None:
    assert_error(as_bob.get(url(make_job("email\n", owner=alice))), 404, "not_found")


def test_the_number_of_rows_that_are_not_listed_is_on_each_page(
    as_bob: APIClient, imported: Imported, settings: Settings
) -> None:
    settings.IMPORT_MAX_ROW_ERRORS = 3
    page = as_bob.get(url(imported(as_bob, "email\n" + "bad\n" * 5)), {"page_size": 2}).json()
    assert ([error["record"] for error in page["results"]], page["left_out"]) == ([1, 2], 2)
    page = as_bob.get(page["next"]).json()
    assert ([error["record"] for error in page["results"]], page["left_out"]) == ([3], 2)
    assert page["next"] is None
