"""The options on_error and max_errors, which are decided before any row is loaded."""

from typing import Any

import pytest

from tasks.models import ImportChunk, ImportJob
from tasks.options import Options
from tasks.planning import plan, verdict
from tests.imports import emails, imported, make_job, outcome

pytestmark = pytest.mark.django_db


def file_of(good: int, bad: int) -> str:
    addresses = [f"p{n}@x.com" for n in range(good)]
    return "\n".join(["email", *["bad"] * bad, *addresses, ""])


def import_rows(good: int, bad: int, **options: Any) -> ImportJob:
    return imported(file_of(good, bad), options=Options(**options))


def test_an_aborted_job_loads_no_user_and_keeps_its_rejected_rows() -> None:
    job = import_rows(3, 1, on_error="abort")
    assert (job.status, job.error_code) == ("FAILURE", "aborted")
    assert "1 of 4 rows" in job.error_message
    assert outcome(job) == {"rows": 4, "failed": 1, "not_loaded": 3}
    assert job.rejections == {"invalid_email": 1}
    assert job.row_errors.get().line == 2
    assert emails() == []
    assert ImportChunk.objects.get().state == ImportChunk.State.CANCELLED
    assert job.planned_at is None


def test_a_duplicate_aborts_the_job_too() -> None:
    job = imported("email\na@x.com\nA@x.com\n", options=Options(on_error="abort"))
    assert (job.error_code, outcome(job)["not_loaded"]) == ("aborted", 1)


def test_a_job_without_rejected_rows_is_not_aborted() -> None:
    job = import_rows(3, 0, on_error="abort", max_errors="0")
    assert (job.status, outcome(job)) == ("SUCCESS", {"rows": 3, "created": 3})


@pytest.mark.parametrize(
    ("good", "bad", "max_errors", "status"),
    [
        (3, 0, "0", "SUCCESS"),
        (3, 1, "0", "FAILURE"),
        (3, 2, "2", "SUCCESS"),
        (3, 3, "2", "FAILURE"),
        (3, 0, "0%", "SUCCESS"),
        (999, 1, "0%", "FAILURE"),
        (0, 3, "100%", "SUCCESS"),
        (39, 1, "2.5%", "SUCCESS"),
        (38, 1, "2.5%", "FAILURE"),
        (2, 1, "33.3%", "FAILURE"),
        (2, 1, "33.4%", "SUCCESS"),
        (0, 0, "0%", "SUCCESS"),
        (0, 0, "0", "SUCCESS"),
    ],
)
def test_max_errors_is_exact(good: int, bad: int, max_errors: str, status: str) -> None:
    job = import_rows(good, bad, max_errors=max_errors)
    assert job.status == status
    loaded = "created" if status == "SUCCESS" else "not_loaded"
    assert (job.rows, job.failed, getattr(job, loaded)) == (good + bad, bad, good)
    assert len(emails()) == (good if status == "SUCCESS" else 0)


def test_the_message_of_too_many_errors_has_the_numbers() -> None:
    job = import_rows(2, 3, max_errors="50%")
    assert job.error_code == "too_many_errors"
    assert "3 of 5 rows" in job.error_message
    assert "50%" in job.error_message


def test_an_aborted_job_is_not_planned_again() -> None:
    job = make_job(file_of(1, 1), options=Options(on_error="abort"))
    assert not plan.plan(job.id)
    assert not plan.plan(job.id)
    assert job.row_errors.count() == 1


@pytest.fixture
def many_is_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail files with more than three rejected rows, and more than half."""
    monkeypatch.setattr(verdict, "MANY", 3)


def file_with(rows: str) -> str:
    """Return a file with these rows: `good` ones are all different, the others are not."""
    emails = {"bad": "bad", "same": "same@x.com"}
    cells = [emails.get(row, f"p{n}@x.com") for n, row in enumerate(rows.split())]
    return "\n".join(["email", *cells, ""])


@pytest.mark.usefixtures("many_is_three")
@pytest.mark.parametrize(
    ("rows", "failed", "read"),
    [
        ("bad " * 9, 4, 4),
        ("good bad bad good bad bad bad", 4, 6),
        ("good good good good bad bad bad bad bad good", 5, 9),
        ("good same same same same same good", 4, 7),
    ],
)
def test_a_file_of_mostly_rejected_rows_is_not_read_further(
    rows: str, failed: int, read: int
) -> None:
    """Duplicates are known only when the whole file is read."""
    job = imported(file_with(rows))
    assert (job.status, job.error_code, job.failed, job.rows) == (
        "FAILURE", "too_many_errors", failed, read,
    )  # fmt: skip
    assert f"{failed} of the first {read} rows" in job.error_message
    assert job.not_loaded == read - failed
    assert job.row_errors.count() == failed
    assert emails() == []


@pytest.mark.usefixtures("many_is_three")
def test_mostly_rejected_rows_are_reported_before_on_error() -> None:
    """The message of `aborted` would call the rows that were read all rows of the file."""
    job = imported(file_with("bad " * 9), options=Options(on_error="abort"))
    assert (job.error_code, job.rows) == ("too_many_errors", 4)


@pytest.mark.usefixtures("many_is_three")
@pytest.mark.parametrize("max_errors", ["100%", "9"])
def test_max_errors_replaces_the_limit(max_errors: str) -> None:
    job = imported(file_with("bad " * 9 + "good"), options=Options(max_errors=max_errors))
    assert (job.status, job.rows, job.failed, job.created) == ("SUCCESS", 10, 9, 1)


@pytest.mark.usefixtures("many_is_three")
def test_many_rejected_rows_that_are_not_most_are_accepted() -> None:
    job = imported(file_with("good bad " * 5))
    assert (job.status, job.failed, job.created) == ("SUCCESS", 5, 5)


@pytest.mark.usefixtures("many_is_three")
def test_the_rows_that_are_read_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "BLOCK_SIZE", 12)
    job = imported(file_with("good bad bad good bad bad bad"))
    assert (job.rows, job.failed, job.not_loaded) == (6, 4, 2)
