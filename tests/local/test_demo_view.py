"""The output of the demo in a terminal and elsewhere."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from local.api_client import Json
from local.demo_view import progress_view, show_links, show_result

LOADING: Json = {
    "status": "PROGRESS",
    "progress": {
        "phase": "loading", "rows_total": 1000, "rows_done": 250, "percent": 25.0,
        "rows_per_second": 5000, "eta_seconds": 0.2,
    },
}  # fmt: skip
QUEUED: Json = {"status": "PENDING", "progress": {"phase": "queued"}}


def rendered(document: Json) -> str:
    with io.StringIO() as file:
        show_result(Console(file=file, width=100), document)
        return file.getvalue()


def test_a_terminal_shows_a_bar_with_the_speed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_view() as show:
        show({"status": "PENDING"})
        show(LOADING)
    output = capsys.readouterr().out
    for part in ("loading", "━", "25%", "5,000 rows/s, 0 s left"):
        assert part in output


def test_without_a_terminal_each_phase_and_each_ten_percent_is_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_view() as show:
        for document in (QUEUED, QUEUED, LOADING, LOADING):
            show(document)
    assert capsys.readouterr().out.splitlines() == [
        "demo: queued: 0 rows, 0 %",
        "demo: loading: 250 rows, 25 % 5,000 rows/s, 0 s left",
    ]


def test_a_failed_import_shows_its_error_and_dashes_for_unknown_numbers() -> None:
    error = {"code": "not_csv", "message": "It is [b]not[/b] a CSV file."}
    text = rendered({"status": "FAILURE", "error": error, "result": None, "errors": []})
    assert "FAILURE: not_csv: It is [b]not[/b] a CSV file." in text
    assert "created" in text
    assert "-" in text
    assert "rejected rows" not in text


def test_control_characters_of_rejected_rows_are_escaped() -> None:
    row = {"line": 7, "column": None, "message": "[red]No[/red]", "value": "\x1b[2Jgone"}
    text = rendered({"status": "SUCCESS", "result": {"rows": 1}, "errors": [row]})
    assert "\\x1b[2Jgone" in text
    assert "[red]No[/red]" in text
    assert "\x1b" not in text


def test_links_can_be_pasted_into_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    show_links({"errors": "http://h/e/?a=1&b=2", "failed_rows": "http://h/f"}, Path("/a b/curlrc"))
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("curl -K '/a b/curlrc' 'http://h/e/?a=1&b=2'")
    assert second.endswith("curl -K '/a b/curlrc' http://h/f")
