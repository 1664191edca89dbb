"""Writing rejected rows to their table."""

import pytest
from pytest_django import Settings

from tasks.lifecycle import rejected_rows
from tasks.planning import plan
from tests.imports import imported, make_job
from tests.integration.test_plan import errors_of

pytestmark = pytest.mark.django_db


def test_a_file_error_leaves_no_rejected_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of the first block are written before the error is found. Fails if they remain."""
    monkeypatch.setattr(rejected_rows, "_AT_ONCE", 2)
    bad = "bad," + "x" * 100_000 + "\n"
    job = make_job("email,note\n" + bad * 50 + '"never closed\n')
    assert not plan.plan(job.id)
    job.refresh_from_db()
    assert (job.error_code, job.failed, job.rejections) == ("unclosed_quote", 0, {})
    assert errors_of(job) == []


@pytest.mark.parametrize("batch_rows", [1, 3, 4])
def test_rejected_rows_are_written_in_batches(
    batch_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_rows, "_AT_ONCE", batch_rows)
    job = make_job("email,name\na@x.com\nbad,\na@x.com,\nA@x.com,\na@x.com,\n,A\n")
    plan.plan(job.id)
    assert [(record, code) for record, _, code, _ in errors_of(job)] == [
        (1, "too_few_columns"), (2, "invalid_email"), (4, "duplicate_in_file"),
        (5, "duplicate_in_file"), (6, "missing_email"),
    ]  # fmt: skip
    job.refresh_from_db()
    assert (job.rows, job.failed) == (6, 5)


ROWS = "email,name\nz@x.com,\nbad,\nz@x.com,\na@x.com,\na@x.com,\nz@x.com\nz@x.com,\n"


@pytest.mark.parametrize("batch_rows", [1, 3, 100])
@pytest.mark.parametrize(
    ("limit", "kept"), [(1, [2]), (2, [2, 6]), (3, [2, 5, 6]), (4, [2, 3, 5, 6])]
)
def test_only_the_first_rejected_rows_are_kept(
    limit: int,
    kept: list[int],
    batch_rows: int,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Duplicates come last, in the order of the e-mail addresses. All rows are counted."""
    settings.IMPORT_MAX_ROW_ERRORS = limit
    monkeypatch.setattr(rejected_rows, "_AT_ONCE", batch_rows)
    job = imported(ROWS)
    assert [record for record, *_ in errors_of(job)] == kept
    assert (job.status, job.failed, job.left_out) == ("SUCCESS", 5, 5 - limit)
    assert job.rejections == {"invalid_email": 1, "too_few_columns": 1, "duplicate_in_file": 3}


def test_exactly_as_many_rows_as_the_limit_are_all_kept(settings: Settings) -> None:
    settings.IMPORT_MAX_ROW_ERRORS = 5
    job = imported(ROWS)
    assert (job.left_out, job.row_errors.count()) == (0, 5)
