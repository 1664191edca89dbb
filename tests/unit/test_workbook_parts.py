"""Sheets that are read from copies: in parts if they are large, with numbers as they are shown."""

import csv
import io
import os
import zipfile
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.reading import sheet_writer, workbook_parts, xml_blocks
from tasks.reading import xlsx as xlsx_file
from tasks.reading.sheet import Limits
from tests.unit.test_sheet import error_of, read
from tests.workbooks import Rows, ods, replaced, with_cells, xlsx, xlsx_of

ZEROS = '<number:number-style><number:number number:min-integer-digits="5"/></number:number-style>'


def parts_of(content: bytes, name: str = "Sheet1") -> list[list[str]]:
    """Return the cells of the sheet, read in this process."""
    out = io.StringIO(newline="")
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        sheet_writer._write(file.name, name, out)
    text = out.getvalue().partition("\n")[2].removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each row be a part."""
    set_small_parts(monkeypatch, head=120)


def set_small_parts(monkeypatch: pytest.MonkeyPatch, *, head: int) -> None:
    monkeypatch.setattr(xml_blocks, "PART_SIZE", 1)
    monkeypatch.setattr(xml_blocks, "BLOCK_SIZE", 60)
    monkeypatch.setattr(xml_blocks, "HEAD_SIZE", head)


def test_padded_numbers_are_read_as_they_are_shown() -> None:
    content = xlsx_of(
        [
            [("id", "00000"), ("phone", '"+"0'), ("other", "")],
            [(123, "00000"), (351912345678, '"+"0'), (123, "0.00")],
            [(-5, "00000"), (1.5, "00000"), (123, "0")],
            [("007", "00000"), (True, "00000"), (12, '"<&"00')],
        ]
    )
    assert read(content) == [
        ["id", "phone", "other"],
        ["00123", "+351912345678", "123"],
        ["-5", "1.5", "123"],
        ["007", "TRUE", "<&12"],
    ]
    assert read(content, "Other") == [["007"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c s='1'><v>2</v></c>", "0002"),
        ('<c s="1" t="n"><v>2</v></c>', "0002"),
        ('<c t="n" r="A1" s="1">\n<v>2</v>\n</c>', "0002"),
        ('<c s="1"><f>1+1</f><v>2</v></c>', "0002"),
        ('<c s="1"><f t="shared" si="0"/><v>2</v></c>', "0002"),
        ('<c s="1" t="str"><v>2</v></c>', "2"),
        ('<c s="1" t="e"><v>#N/A</v></c>', ""),
        ('<c s="0" t="str"><v>a</v></c><c s="1"/><c s="0"><v>2</v></c>', "a,,2"),
        ('<c s="11"><v>2</v></c>', "2"),
    ],
)
def test_cells_of_other_programs(cell: str, text: str) -> None:
    padded = xlsx_of([[(1, "0000")]])
    sheet = f'<worksheet><sheetData><row r="1">{cell}<c><v>9</v></c></row></sheetData></worksheet>'
    content = replaced(padded, {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert read(content) == [[*text.split(","), "9"]]
    prefixed = sheet.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    content = replaced(padded, {"xl/worksheets/sheet1.xml": prefixed.encode()})
    assert read(content) == [[*text.split(","), "9"]]


def test_padded_numbers_of_an_opendocument_workbook() -> None:
    rows: Rows = [["id", "phone", "x"], [(123, "00123"), (351, "+351"), (1234, "1 234")]]
    shown = [["id", "phone", "x"], ["00123", "+351", "1234"]]
    assert read(ods(rows, styles=ZEROS)) == shown
    plus = ZEROS.replace("<number:number ", "<number:text>+</number:text><number:number ")
    assert read(ods(rows, styles=plus.replace('"5"', '"1"'))) == shown
    assert read(ods([[(12.5, "013"), (7, "(008)"), (0, "00")]], styles=ZEROS)) == [
        ["12.5", "7", "00"]
    ]


def test_a_workbook_without_such_formats_is_not_copied() -> None:
    assert workbook_parts.copies_of(io.BytesIO(xlsx([["a", 1]])), "Sheet1") is None
    with workbook_parts.outline_of(io.BytesIO(ods([["a", (1, "1")]]))) as outline:
        assert outline is None


@pytest.mark.parametrize(
    "files",
    [
        {"xl/styles.xml": b"<styleSheet"},
        {"xl/workbook.xml": b"<workbook/>"},
        {"xl/workbook.xml": b"<workbook"},
        {"xl/_rels/workbook.xml.rels": b"<Relationships/>"},
        {"xl/styles.xml": b" " * (8 * 1024 * 1024 + 1)},
    ],
    ids=range(5),
)
def test_what_is_not_understood_is_left_to_the_library(files: dict[str, bytes]) -> None:
    content = replaced(xlsx_of([[(1, "000")]]), files)
    assert workbook_parts.copies_of(io.BytesIO(content), "Sheet1") is None


def test_a_workbook_without_styles() -> None:
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        assert xlsx_file.padding(archive) is None


def test_entities_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 100}">{entities}]><styleSheet>&e11;</styleSheet>'
    content = replaced(xlsx([["a"]]), {"xl/styles.xml": bomb.encode()})
    assert workbook_parts.copies_of(io.BytesIO(content), "Sheet1") is None


CELLS = st.one_of(st.none(), st.integers(0, 9), st.sampled_from(["a", "b\nc", "</row>", "<row>"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12))
def test_a_sheet_in_parts_is_the_same_sheet(rows: list[list[object]]) -> None:
    content = xlsx([["x", "y", "z"], *rows])
    with pytest.MonkeyPatch.context() as patch:
        whole = parts_of(content)
        set_small_parts(patch, head=420)
        assert parts_of(content) == whole


@pytest.mark.usefixtures("small_parts")
def test_rows_without_numbers() -> None:
    rows = "<row><c><v>1</v></c></row><row/>" * 5
    expected = [["1"], []] * 4 + [["1"]]
    assert [row if row != [""] else [] for row in parts_of(with_cells(rows))] == expected
    prefixed = with_cells(rows)
    sheet = zipfile.ZipFile(io.BytesIO(prefixed)).read("xl/worksheets/sheet1.xml").decode()
    sheet = sheet.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    prefixed = replaced(prefixed, {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert parts_of(prefixed) == parts_of(with_cells(rows))


@pytest.mark.usefixtures("small_parts")
def test_the_first_part_decides_the_columns() -> None:
    rows = (
        '<row r="1"><c r="B1"><v>1</v></c><c r="C1"><v>2</v></c></row>'
        '<row r="3"><c r="C3"><v>3</v></c></row>'
        '<row r="4"><c r="A4"><v>4</v></c><c r="B4"><v>5</v></c></row>'
        '<row r="5"><c r="B5"><v>6</v></c><c r="D5"><v>7</v></c></row>'
    )
    assert parts_of(with_cells(rows)) == [
        *(["1", "2"], ["", ""], ["", "3"], ["5", ""]),
        ["6", "", "7"],  # is rejected: the value has no column
    ]


@pytest.mark.usefixtures("small_parts")
def test_only_a_large_sheet_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_cells('<row r="1"><c r="A1"><v>1</v></c></row>' * 50)
    assert len(list(workbook_parts.copies_of(io.BytesIO(content), "Sheet1") or ())) > 20
    monkeypatch.setattr(xml_blocks, "PART_SIZE", 10_000)
    assert workbook_parts.copies_of(io.BytesIO(content), "Sheet1") is None


@pytest.mark.usefixtures("small_parts")
def test_an_empty_sheet_has_no_part() -> None:
    assert parts_of(with_cells('<row r="1"></row><row r="2"></row>')) == []


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>' * 9,
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</c></row>' * 9,
    ],
    ids=range(2),
)
def test_a_damaged_part_is_no_end(rows: str) -> None:
    with pytest.raises(ValueError, match=r"rows of the sheet|part of the sheet"):
        parts_of(with_cells(rows))


@pytest.mark.usefixtures("small_parts")
def test_a_sheet_that_is_cut_off_is_damaged() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 99))
    sheet = f"<worksheet><sheetData>{rows}".encode()
    with pytest.raises(ValueError, match="part of the sheet"):
        parts_of(replaced(xlsx(), {"xl/worksheets/sheet1.xml": sheet}))


def test_without_files_in_memory_the_disk_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    assert parts_of(xlsx_of([[(7, "000")]])) == [["007"]]


def test_a_copy_has_a_limit() -> None:
    """Files in memory do not count for the limit of the process on its memory."""
    content = xlsx_of([[(7, "000"), ("x" * 30_000, "")]])
    strings = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml")
    content = replaced(content, {"xl/sharedStrings.xml": strings + b" " * 70_000_000})
    error = error_of(content, limits=Limits(memory=200_000_000, seconds=20))
    assert error.message.id == "workbook_too_large"
    assert read(content, limits=Limits(memory=220_000_000, seconds=20))[0][0] == "007"
