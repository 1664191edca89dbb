"""A sheet as CSV text: its values, its choice, and the limits of the process that reads it."""

import csv
import io
import math
import sys
import tempfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading import sheet as sheet_module
from tasks.reading.sheet import Limits, Sheet, listed, open_sheet
from tests.workbooks import CORNERS, Rows, ods, replaced, with_cells, xlsx

MORNING = datetime.fromisoformat("2024-01-05 10:30:00")
LIMITS = Limits(memory=400_000_000, seconds=20)


def text_of(sheet: Sheet) -> str:
    return b"".join(iter(lambda: sheet.read(1000), b"")).decode()


def read(content: bytes, name: str | None = None, *, limits: Limits = LIMITS) -> list[list[str]]:
    """Return the cells of the sheet."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with open_sheet(file, name, limits=limits) as sheet:
            text = text_of(sheet)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def error_of(content: bytes, name: str | None = None, *, limits: Limits = LIMITS) -> FileError:
    with pytest.raises(FileError) as caught:
        read(content, name, limits=limits)
    return caught.value


def test_the_values_of_cells() -> None:
    rows: Rows = [
        ["Zoë", "", 'say "hi"', "a,b"],
        [351912345678, 1.5, 0.1, -7],
        [1e20, 0.1 + 0.2, True, False],
        [date(2024, 1, 5), MORNING, datetime.combine(MORNING, time()), "0123"],
    ]
    assert read(xlsx(rows)) == [
        ["Zoë", "", 'say "hi"', "a,b"],
        ["351912345678", "1.5", "0.1", "-7"],
        ["100000000000000000000", "0.3", "TRUE", "FALSE"],
        ["2024-01-05", "2024-01-05 10:30:00", "2024-01-05", "0123"],
    ]


def test_a_time_alone() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        form = workbook.add_format({"num_format": "hh:mm"})
        workbook.add_worksheet().write_datetime("A1", time(10, 30), form)
    assert read(buffer.getvalue()) == [["10:30:00"]]


def test_every_row_of_the_sheet_is_a_line() -> None:
    """Also a blank row, and a row with line breaks in its cells."""
    rows: Rows = [[None, None], ["a\nb\r\nc", "x"], [None, None], ["d", "y"]]
    assert read(xlsx(rows)) == [["", ""], ["a\vb\vc", "x"], ["", ""], ["d", "y"]]


def test_an_opendocument_workbook() -> None:
    assert read(ods([["email", "nome"], ["a@x.com", "Zoë\nLee"]])) == [
        ["email", "nome"],
        ["a@x.com", "Zoë\vLee"],
    ]


TWO = xlsx(sheets={"Lists": [["l"]], "One": [["1"]], "Two": [["2"]], "Empty": []}, hidden=["Lists"])


def test_the_first_visible_sheet_is_read() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(TWO)
        with open_sheet(file, None, limits=LIMITS) as sheet:
            assert (sheet.name, sheet.others) == ("One", ["Two", "Empty"])
            assert text_of(sheet) == "\ufeff1\n"


def test_a_sheet_is_chosen_by_its_name() -> None:
    assert read(TWO, "Two") == [["2"]]
    assert read(TWO, "Lists") == [["l"]]


def test_errors_name_the_other_sheets() -> None:
    unknown, empty = error_of(TWO, "Three"), error_of(TWO, "Empty")
    assert (unknown.code, empty.code) == ("unknown_sheet", "empty_file")
    assert "no sheet Three. It has these visible sheets: One, Two, Empty." in str(unknown)
    assert "The sheet Empty is empty." in str(empty)
    assert str(empty).endswith("The other visible sheets are: One, Two.")


def test_only_ten_names_are_listed_and_long_ones_are_cut() -> None:
    assert listed([]) == "-"
    assert listed(["a\x1b", "b" * 100]) == "a, " + "b" * 60
    assert listed([str(number) for number in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        xlsx([["a"]])[:-100],
        replaced(xlsx([["a"]]), {"xl/workbook.xml": b"<workbook"}),
        replaced(xlsx([["a"]]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row></c>"}),
    ],
    ids=range(4),
)
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    error = error_of(content)
    assert (error.code, error.message.id) == ("not_csv", "workbook_damaged")


def test_cells_far_apart_are_refused() -> None:
    """The library allocates memory for all cells between the first and the last one."""
    assert error_of(CORNERS).message.id == "workbook_too_large"


def test_the_time_of_the_process_is_limited() -> None:
    rows = with_cells("<row><c><v>1</v></c></row>" * 2_000_000)
    assert error_of(rows, limits=Limits(memory=900_000_000, seconds=1)).message.id == (
        "workbook_too_large"
    )


def test_no_memory_for_python_is_the_same_error() -> None:
    rows = [["a" * 30_000] * 60] * 50
    error = error_of(xlsx(rows), limits=Limits(memory=60_000_000, seconds=9))
    assert error.message.id == "workbook_too_large"


def test_the_heartbeat_is_called_while_the_sheet_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "_HEARTBEAT_SECONDS", 0.001)
    beats: list[int] = []
    with tempfile.TemporaryFile() as file:
        file.write(xlsx([["a"]]))
        with open_sheet(file, None, limits=LIMITS, heartbeat=lambda: beats.append(1)) as sheet:
            assert text_of(sheet) == "\ufeffa\n"
    assert len(beats) > 1


def test_the_process_ends_with_the_body() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(xlsx([["a" * 1000]] * 1000))
        with open_sheet(file, None, limits=LIMITS) as sheet:
            process = sheet._process
            sheet.read(10)
        assert process.returncode is not None


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
DECIMALS = st.integers(-(10**12), 10**12).map(lambda number: number / 1000)
VALUES = TEXTS | st.booleans() | st.integers(-(10**14), 10**14) | DECIMALS


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and math.isclose(value, round(value), rel_tol=0, abs_tol=0):
        return str(round(value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=30))
def test_any_values_are_read_as_they_are(rows: list[list[object]]) -> None:
    rows = [["x", "x", "x"], *rows, ["x", "x", "x"]]
    assert read(xlsx(rows)) == [[as_text(value) for value in row] for row in rows]


def test_a_stopped_process_is_no_fault_of_the_file() -> None:
    """Celery workers are stopped together with their children. The plan is tried again."""
    with tempfile.TemporaryFile() as file:
        file.write(xlsx([["a" * 1000]] * 1000))
        with open_sheet(file, None, limits=LIMITS) as sheet:
            sheet._process.terminate()
            with pytest.raises(OSError, match="ended by signal 15"):
                text_of(sheet)


def test_a_workbook_with_many_sheets_names_only_some() -> None:
    sheets: dict[str, Rows] = {f"S{number}": [["a"]] for number in range(30)}
    with tempfile.TemporaryFile() as file:
        file.write(xlsx(sheets=sheets))
        with open_sheet(file, None, limits=LIMITS) as sheet:
            assert (sheet.name, len(sheet.others)) == ("S0", 11)
            assert listed(sheet.others).endswith("S10, …")


def test_a_process_that_fails_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit(1)"]
    monkeypatch.setattr(sheet_module, "_command", lambda *_: failing)
    assert error_of(xlsx([["a"]])).message.id == "workbook_damaged"
    assert "ended with code 1" in caplog.text
