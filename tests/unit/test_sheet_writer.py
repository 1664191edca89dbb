"""The program that writes a sheet as CSV, in the process of the test."""

import errno
import io
import json
from datetime import date, datetime, time, timedelta
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from python_calamine import CalamineError, PasswordError

from tasks.reading import sheet_writer
from tasks.reading.sheet import OUT_OF_MEMORY
from tests.workbooks import Rows, xlsx

MORNING = datetime.fromisoformat("2024-01-05 10:30:00")


def written(content: bytes, name: str = "") -> tuple[dict[str, Any], str]:
    """Return the head and the CSV text."""
    out = io.StringIO(newline="")
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        sheet_writer._write(file.name, name, out)
    head, _, text = out.getvalue().partition("\n")
    return json.loads(head), text


@pytest.mark.parametrize(
    ("row", "shift", "text"),
    [
        (["a", "b"], 0, "a,b"),
        (["a"], 0, "a,"),
        (["a"], 1, ",a"),
        (["a", "b", "c"], -1, "b,c"),
        (["a", "b", ""], 0, "a,b"),
        (["a", "", "c", ""], 0, "a,,c"),
    ],
)
def test_the_rows_of_a_later_part_have_the_same_columns(
    row: list[str], shift: int, text: str
) -> None:
    assert ",".join(sheet_writer._aligned(row, shift, 2)) == text


def test_the_head_names_the_sheets() -> None:
    sheets: dict[str, Rows] = {"One": [["a", 1]], "Two": []}
    content = xlsx(sheets=sheets)
    assert written(content) == ({"name": "One", "others": ["Two"]}, "\ufeffa,1\n")
    others = {"others": ["One", "Two"]}
    assert written(content, "x") == ({"error": "unknown_sheet", "name": "x"} | others, "")
    empty = {"error": "empty_sheet", "name": "Two", "others": ["One"]}
    assert written(content, "Two") == (empty, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\r\nb", "a\vb"),
        ("a", "a"),
        (True, "TRUE"),
        (False, "FALSE"),
        (7.0, "7"),
        (0.1 + 0.2, "0.3"),
        (1e-9, "1e-09"),
        (7, "7"),
        (MORNING, "2024-01-05 10:30:00"),
        (datetime.combine(MORNING, time()), "2024-01-05"),
        (date(2024, 1, 5), "2024-01-05"),
        (time(10, 30), "10:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_the_text_of_a_value(value: Any, text: str) -> None:
    assert sheet_writer._text(value) == text


@pytest.mark.parametrize(
    ("exception", "error"), [(PasswordError, "encrypted"), (CalamineError, "damaged")]
)
def test_an_exception_of_the_library_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    exception: type[Exception],
    error: str,
) -> None:
    fail(monkeypatch, exception())
    sheet_writer.main(1, 1, "")
    assert json.loads(capfd.readouterr().out) == {"error": error}


@pytest.mark.parametrize("exception", [MemoryError(), OSError(errno.EFBIG, "")])
def test_without_memory_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], exception: Exception
) -> None:
    fail(monkeypatch, exception)
    with pytest.raises(SystemExit) as caught:
        sheet_writer.main(1, 1, "")
    assert caught.value.code == OUT_OF_MEMORY
    assert capfd.readouterr().out == ""


def test_another_exception_of_the_system_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, OSError(errno.EIO, "broken"))
    with pytest.raises(OSError, match="broken"):
        sheet_writer.main(1, 1, "")


def fail(monkeypatch: pytest.MonkeyPatch, exception: Exception) -> None:
    """Have the library raise the exception, and set no limits for the process of the test."""

    class Failing:
        @staticmethod
        def from_path(path: str) -> None:
            raise exception

    monkeypatch.setattr(sheet_writer, "_limit", lambda *_: None)
    monkeypatch.setattr(sheet_writer, "CalamineWorkbook", Failing)
