"""Log lines as JSON and as text."""

import json
import logging
import sys
from logging.config import dictConfig

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.telemetry import logs, traces

Capture = pytest.CaptureFixture[str]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def configured_logger(form: str, monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """Return a logger with the configured handler. pytest keeps its handlers on the root."""
    monkeypatch.setenv("LOG_FORMAT", form)
    settings = logs.configuration()
    root = settings.pop("root")
    dictConfig(settings | {"loggers": {"tests.logs": root | {"propagate": False}}})
    return logging.getLogger("tests.logs")


def test_a_line_of_json_has_the_ids_of_its_context(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    logger = configured_logger("json", monkeypatch)
    with traces.continue_trace(f"00-{TRACE}-00f067aa0ba902b7-01"), logs.context(request_id="r1"):
        logs.bind(user_id=7, job_id="j1")
        logger.warning("a %s\nof two lines", "text", extra={"status": 202, "request": object()})
    text = capsys.readouterr().err
    line = json.loads(text)
    assert text.count("\n") == 1
    assert line.pop("timestamp")
    assert line == {
        "level": "WARNING", "logger": "tests.logs", "message": "a text\nof two lines",
        "status": 202, "trace_id": TRACE, "request_id": "r1", "user_id": "7", "job_id": "j1",
    }  # fmt: skip


def test_an_exception_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    logger = configured_logger("json", monkeypatch)
    try:
        int("odd")
    except ValueError:
        logger.exception("it failed")
    line = json.loads(capsys.readouterr().err)
    assert line["exception"].endswith("'odd'")
    assert line["trace_id"] == "-"


def test_a_line_of_text_has_the_ids_of_its_context(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    logger = configured_logger("text", monkeypatch)
    with logs.context(request_id="r1"):
        logger.info("hello")
    assert capsys.readouterr().err.endswith(" INFO tests.logs hello [trace_id=- request_id=r1]\n")


@pytest.mark.parametrize(("tty", "formatter"), [(True, "text"), (False, "json")])
def test_a_terminal_gets_text_and_other_outputs_get_json(
    monkeypatch: pytest.MonkeyPatch, *, tty: bool, formatter: str
) -> None:
    monkeypatch.delenv("LOG_FORMAT", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: tty)
    assert logs.configuration()["handlers"]["stderr"]["formatter"] == formatter


def test_ids_end_with_their_context(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    logger = configured_logger("text", monkeypatch)
    with logs.context(request_id="r1"):
        logs.bind(user_id=7)
    logs.bind(user_id=8)
    logger.info("after")
    assert capsys.readouterr().err.endswith(" after [trace_id=-]\n")


def test_an_unknown_level_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL"):
        logs.configuration()
