"""Database errors in the log, without the rows that PostgreSQL's messages quote."""

import json
import logging

import django.db
import psycopg
import pytest

from core.telemetry.database_errors import describe
from tests.unit.test_logs import Capture, configured_logger

RULE = 'new row for relation "users_uc_user" violates check constraint "short"'
ROW = "DETAIL:  Failing row contains (1, ann@example.com, argon2$hash)."
VALUE = 'invalid input syntax for type uuid: "ann@example.com"'
UNAVAILABLE = "connection failed: Connection refused"


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (psycopg.errors.CheckViolation(f"{RULE}\n{ROW}"), RULE),
        (django.db.IntegrityError(f"{RULE}\n{ROW}"), RULE),
        (django.db.OperationalError(f"{UNAVAILABLE}\n\tIs the server running?"), UNAVAILABLE),
        (django.db.DataError(VALUE), "(not shown: it may quote a value)"),
        (psycopg.DataError(VALUE), "(not shown: it may quote a value)"),
        (ValueError("two\nlines"), "two\nlines"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
    ],
)
def test_the_description_of_an_error_quotes_no_values(error: Exception, described: str) -> None:
    assert describe(error) == described


def chained_error() -> Exception:
    """Return an exception in whose chain an error of psycopg causes an error of Django."""
    try:
        try:
            try:
                raise psycopg.errors.CheckViolation(f"{RULE}\n{ROW}")
            except psycopg.Error as error:
                raise django.db.IntegrityError(*error.args) from error
        except django.db.Error:
            raise RuntimeError("it went wrong")  # noqa: B904
    except RuntimeError as error:
        return error


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_names_the_rule_and_quotes_no_row(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, form: str
) -> None:
    logger = configured_logger(form, monkeypatch)
    error = chained_error()
    logger.error("it failed", exc_info=error)
    group = ExceptionGroup("both", [error, django.db.DataError(VALUE)])
    logger.error("they failed", exc_info=group)
    text = capsys.readouterr().err
    assert "ann@example.com" not in text
    assert "Failing row" not in text
    for kept in (
        "RuntimeError: it went wrong",
        "CheckViolation",
        "test_database_errors.py",
        "not shown",
    ):
        assert kept in text
    assert text.count(json.dumps(RULE)[1:-1] if form == "json" else RULE) == 4


def test_a_message_that_repeats_the_error_quotes_no_row(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Celery logs the errors of tasks in this form."""
    logger = configured_logger("json", monkeypatch)
    error = django.db.IntegrityError(f"{RULE}\n{ROW}")
    context = {"name": "tasks.load_chunk", "exc": repr(error)}
    logger.error("Task %(name)s raised unexpected: %(exc)s", context, exc_info=error)
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == f"Task tasks.load_chunk raised unexpected: {RULE}"
    assert line["exception"].endswith(f"IntegrityError: {RULE}")


def test_other_handlers_get_the_unchanged_record(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    logger = configured_logger("json", monkeypatch)
    logger.addHandler(caplog.handler)
    error = django.db.DataError(VALUE)
    logger.error("it failed: %s", error, exc_info=error)
    logger.removeHandler(caplog.handler)
    (record,) = caplog.records
    assert record.exc_info == (django.db.DataError, error, None)
    assert record.levelno == logging.ERROR
