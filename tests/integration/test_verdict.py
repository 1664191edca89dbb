"""The options on_error and max_errors, which are decided before any row is loaded."""

from typing import Any

import pytest

from tasks.models import ImportChunk, ImportJob
from tasks.options import Options
from tasks.planning import plan
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
    assert not ImportChunk.objects.exists()
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
