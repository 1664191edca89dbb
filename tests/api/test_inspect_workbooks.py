"""POST contacts/inspect/: workbooks."""

import pytest

from core.server import slow_work
from tasks.intake import small_workbook
from tests.api.conftest import Inspect
from tests.workbooks import TWO_SHEETS, archive, ods, xlsx

ROWS = [["Report"], [], ["E-mail", "City\nor town"], ["ann@x.com", "Ulm; Bonn\n"]]


def test_a_workbook_is_inspected(inspect: Inspect) -> None:
    found = inspect(xlsx(ROWS))
    names = ("format", "sheet", "compression", "encoding", "delimiter", "header_line", "mapping")
    assert {name: found[name] for name in names} == {
        "format": "xlsx", "sheet": "Sheet1", "compression": None, "encoding": "utf-8-sig",
        "delimiter": ",", "header_line": 3, "mapping": {"E-mail": "email"},
    }  # fmt: skip
    assert [column["samples"] for column in found["columns"]] == [
        ["ann@x.com"],
        ["Ulm; Bonn\n"],
    ]
    assert found["ignored_columns"] == ["City\nor town"]
    assert (found["warnings"], found["error"]) == ([], None)


def test_the_sheet_is_chosen_and_the_others_are_named(inspect: Inspect) -> None:
    found = inspect(TWO_SHEETS, sheet="Guests")
    assert (found["sheet"], found["columns"][0]["samples"]) == ("Guests", ["bob@x.com"])
    assert [warning["code"] for warning in found["warnings"]] == ["sheets_ignored"]


def test_an_opendocument_workbook_is_inspected(inspect: Inspect) -> None:
    assert inspect(ods([["email"], ["a@x.com"]]))["format"] == "ods"


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (TWO_SHEETS, {"sheet": "Others"}, "unknown_sheet"),
        (b"email\n", {"sheet": "Others"}, "unknown_sheet"),
        (xlsx([["Name"], ["Ann"]]), {}, "missing_email_column"),
        (xlsx(), {}, "empty_file"),
        (archive({"xl/workbook.xml": b"", "xl/vbaProject.bin": b""}), {}, "not_csv"),
    ],
    ids=range(5),
)
def test_the_error_of_the_upload_is_shown(
    inspect: Inspect, content: bytes, options: dict[str, str], code: str
) -> None:
    assert inspect(content, **options)["error"]["code"] == code


def test_a_workbook_that_takes_long_is_not_inspected(
    inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_workbook, "_MAX_SIZE", 0)
    error = inspect(xlsx(ROWS))["error"]
    assert (error["code"], "dry_run" in error["message"]) == ("too_large", True)


def test_a_workbook_is_not_inspected_while_other_requests_are_slow(
    inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_work.PLACES, "acquire", lambda *, blocking: False)
    assert inspect(xlsx(ROWS))["error"]["code"] == "too_large"
