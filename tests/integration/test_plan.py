"""Planning: the chunks and rejected rows of a file."""

import errno
from functools import partial
from pathlib import Path
from typing import Any, Never
from unittest.mock import DEFAULT, Mock

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError
from pytest_django import Settings

from local.waiting import wait_until
from tasks import files
from tasks.codes import FileError
from tasks.lifecycle import attempts, finish
from tasks.models import ImportChunk, ImportJob, ImportRowError
from tasks.planning import plan, runs
from tests.imports import imported, make_job, outcome

pytestmark = pytest.mark.django_db


def errors_of(job: ImportJob) -> list[tuple[int, int, str, str]]:
    return list(job.row_errors.order_by("record").values_list("record", "line", "code", "detail"))


def test_chunks_are_in_email_order_over_the_whole_file(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 2
    job = make_job("email\nd@x.com\nc@x.com\nb@x.com\na@x.com\ne@x.com\n")
    assert plan.plan(job.id)
    chunks = list(job.chunks.order_by("number"))
    users = [files.read_chunk(chunk.file)["email"].to_list() for chunk in chunks]
    assert users == [["a@x.com", "b@x.com"], ["c@x.com", "d@x.com"], ["e@x.com"]]
    assert [(chunk.number, chunk.rows, chunk.state) for chunk in chunks] == [
        (1, 2, "open"), (2, 2, "open"), (3, 1, "open")
    ]  # fmt: skip
    job.refresh_from_db()
    assert (job.status, job.rows, job.failed, job.attempts) == ("PROGRESS", 5, 0, 1)
    assert job.planned_at is not None


def test_rejected_rows_are_stored_with_their_lines() -> None:
    job = make_job('email,name\n"a@x.com","two\nlines"\nbad,B\nc@x.com\n')
    plan.plan(job.id)
    assert errors_of(job) == [(2, 4, "invalid_email", ""), (3, 5, "too_few_columns", "1")]
    error = ImportRowError.objects.get(job=job, record=2)
    assert (error.column, error.value) == ("email", "bad")


def test_the_first_valid_occurrence_wins_over_the_whole_file(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 5
    job = make_job(
        "email,phone\na@x.com," + "1" * 40 + "\nb@x.com,1\nA@X.COM,2\nc@x.com,3\n"
        "d@x.com,4\na@x.com,5\nB@x.com,6\n"
    )
    plan.plan(job.id)
    assert errors_of(job) == [
        (1, 2, "field_too_long", "32"), (6, 7, "duplicate_in_file", "4"),
        (7, 8, "duplicate_in_file", "3"),
    ]  # fmt: skip
    (chunk,) = job.chunks.all()
    chunk_rows = files.read_chunk(chunk.file)
    assert chunk_rows["email"].to_list() == ["a@x.com", "b@x.com", "c@x.com", "d@x.com"]
    assert chunk_rows["record"].to_list() == [3, 2, 4, 5]


def test_a_file_with_secrets_stores_no_duplicate_address() -> None:
    job = make_job("email,senha\na@x.com,blue lamp 17\nA@x.com,blue lamp 18\n")
    plan.plan(job.id)
    error = ImportRowError.objects.get(job=job)
    assert (error.code, error.detail, error.value) == ("duplicate_in_file", "2", "")


@pytest.mark.slow
def test_a_plan_may_have_more_chunks_than_a_statement_takes(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\n" + "".join(f"p{number}@x.com\n" for number in range(4400)))
    assert plan.plan(job.id)
    assert job.chunks.count() == 4400


@pytest.mark.parametrize("piece_rows", [1, 3, 100])
def test_a_file_above_the_memory_limit_gets_the_same_plan(
    piece_rows: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sorted runs are stored and merged, and no run file remains."""
    settings.IMPORT_CHUNK_ROWS = 10
    monkeypatch.setattr(plan, "BLOCK_SIZE", 100)
    monkeypatch.setattr(runs, "SORTED_ROWS", 5)
    monkeypatch.setattr(runs, "MEMORY_ROWS", 12)
    monkeypatch.setattr(runs, "PIECE_ROWS", piece_rows)
    numbers = [n * 37 % 101 for n in range(1, 101)]  # each number from 1 to 100 once, shuffled
    addresses = [f"p{n:03}@x.com" for n in numbers] + ["P001@x.com", "p037@x.com", "P001@X.com"]
    job = make_job("email,name\n" + "".join(f"{a},N{i}\n" for i, a in enumerate(addresses)))
    plan.plan(job.id)
    chunks = [files.read_chunk(chunk.file) for chunk in job.chunks.order_by("number")]
    users = [row for chunk in chunks for row in chunk.select("email", "name").iter_rows()]
    assert users == sorted((a, f"N{i}") for i, a in enumerate(addresses[:100]))
    assert [chunk.height for chunk in chunks] == [10] * 10
    first_lines = {a: str(line) for line, a in enumerate(addresses[:100], start=2)}
    assert errors_of(job) == [
        (n, n + 1, "duplicate_in_file", first_lines[a.lower()])
        for n, a in enumerate(addresses[100:], start=101)
    ]
    assert stored_names(job) == {chunk.file.split("/")[-1] for chunk in job.chunks.all()}


def stored_names(job: ImportJob) -> set[str]:
    """Return the names of the files in all plan folders of the job."""
    folder = f"imports/{job.id}"
    plans = default_storage.listdir(folder)[0]
    return {name for own in plans for name in default_storage.listdir(f"{folder}/{own}")[1]}


def test_a_chunk_of_only_duplicates_is_not_created(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\na@x.com\na@x.com\na@x.com\n")
    plan.plan(job.id)
    assert job.chunks.count() == 1
    assert len(stored_names(job)) == 1


def test_a_file_without_rows_has_a_plan_without_chunks() -> None:
    job = make_job("email\n")
    assert plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.rows, job.chunks.count()) == ("PROGRESS", 0, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [('email\n"a@x.com\n', "unclosed_quote"), ("email\n" + "x" * 9_000_000, "line_too_long")],
)
def test_a_file_error_fails_the_job(content: str, code: str) -> None:
    job = make_job(content)
    assert not plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("FAILURE", code)
    assert job.error_message
    assert outcome(job) == {}
    assert not ImportChunk.objects.exists()


def test_a_missing_file_fails_the_job() -> None:
    job = make_job("email\n")
    default_storage.delete(job.file)
    assert not plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("FAILURE", "file_missing")


def test_a_truncated_file_fails_the_job() -> None:
    job = make_job("email\na@x.com\nb@x.com\n")
    Path(default_storage.path(job.file)).write_text("email\na@x.com\n")
    assert not plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("FAILURE", "file_damaged")


def test_a_frozen_planner_fails_no_job_that_another_one_has_ended() -> None:
    job = imported("email\na@x.com\n")
    finish.fail_job(job, FileError("file_missing"))
    job.refresh_from_db()
    assert (job.status, job.error_code, job.rows) == ("SUCCESS", "", 1)


def test_a_planned_job_is_not_planned_again() -> None:
    job = make_job("email\na@x.com\n")
    assert plan.plan(job.id)
    assert not plan.plan(job.id)
    assert job.chunks.count() == 1


def test_a_job_that_kills_its_planner_is_abandoned(settings: Settings) -> None:
    settings.IMPORT_MAX_ATTEMPTS = 3
    job = make_job("email\na@x.com\n")
    ImportJob.objects.update(attempts=3)
    assert not plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("FAILURE", "attempts_exhausted")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError("connection lost"), OSError(5), SystemExit(0)])
def test_an_expected_error_costs_no_attempt(
    fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job("email\na@x.com\n")

    def fail(name: str) -> None:
        raise fault

    monkeypatch.setattr(files, "open_stored", fail)
    with pytest.raises(type(fault)):
        plan.plan(job.id)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("STARTED", 0)
    monkeypatch.undo()
    # PostgreSQL releases the lock of the closed connection a moment later.
    wait_until(lambda: plan.plan(job.id), timeout=10, what="the job must be planned")


@pytest.mark.django_db(transaction=True)
def test_a_shutdown_while_the_attempt_is_committed_costs_no_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = make_job("email\na@x.com\n")
    start = attempts._start

    def start_and_exit(*arguments: Any, **options: Any) -> Never:
        assert start(*arguments, **options)
        raise SystemExit

    monkeypatch.setattr(attempts, "_start", start_and_exit)
    with pytest.raises(SystemExit):
        plan.plan(job.id)
    job.refresh_from_db()
    assert (job.attempts, job.started_at is None) == (0, False)


@pytest.mark.django_db(transaction=True)
def test_a_failed_attempt_leaves_no_chunk_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the storage is full, the next attempt must have as much space as this one had."""
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\na@x.com\nb@x.com\n")
    save = FileSystemStorage.save
    no_space = OSError(errno.ENOSPC, "no room")
    outcomes = [DEFAULT, DEFAULT, no_space, no_space]
    saves = Mock(side_effect=outcomes, wraps=partial(save, default_storage))
    monkeypatch.setattr(FileSystemStorage, "save", saves)
    with pytest.raises(OSError, match="no room"):
        plan.plan(job.id)
    assert saves.call_count > 2
    assert default_storage.listdir(files.job_folder(job.id)) == ([], ["original.csv"])
