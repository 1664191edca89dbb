"""Writing rejected rows to their table."""

import pytest

from tasks.planning import plan, rejected_rows
from tests.imports import make_job
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
    job = make_job("email,name\na@x.com\nbad,\na@x.com,\nA@x.com,\na@x.com,\n,\n")
    plan.plan(job.id)
    assert [(record, code) for record, _, code, _ in errors_of(job)] == [
        (1, "too_few_columns"), (2, "invalid_email"), (4, "duplicate_in_file"),
        (5, "duplicate_in_file"), (6, "missing_email"),
    ]  # fmt: skip
    job.refresh_from_db()
    assert (job.rows, job.failed) == (6, 5)
