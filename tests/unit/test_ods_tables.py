"""Large .ods sheets: their parts give the values that the library gives for the whole file."""

import io
import zipfile
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tasks.reading import ods_tables, sheet_writer
from tests.unit.test_workbook_parts import ZEROS, parts_of, set_small_parts
from tests.workbooks import Rows, ods, ods_of


def cell(content: str = "", attributes: str = "", *, name: str = "table-cell") -> str:
    return f"<table:{name} {attributes}>{content}</table:{name}>"


def text(*paragraphs: str, attributes: str = "", name: str = "table-cell") -> str:
    content = "".join(f"<text:p>{each}</text:p>" for each in paragraphs)
    return cell(content, f'office:value-type="string" {attributes}', name=name)


def value(kind: str, of: str, shown: str = "shown", attributes: str = "") -> str:
    named = {"date": "date-", "time": "time-", "boolean": "boolean-"}.get(kind, "")
    return cell(
        f"<text:p>{shown}</text:p>",
        f'office:value-type="{kind}" office:{named}value="{of}" {attributes}',
    )


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def repeated(count: int) -> str:
    return f'table:number-rows-repeated="{count}"'


def columns(count: int) -> str:
    return f'table:number-columns-repeated="{count}"'


def table(*rows: str, name: str = "One", style: str = "") -> str:
    return f'<table:table table:name="{name}"{style}>{"".join(rows)}</table:table>'


HEADER = row(text("x", attributes=columns(12)))
"""The first part decides which columns the sheet has."""
EMPTY = "<table:table-cell/>"
ANNOTATION = "<office:annotation><dc:date>2024</dc:date><text:p>note</text:p></office:annotation>"
CELLS = [
    *(EMPTY, cell(attributes=columns(3)), text("a"), text("a", attributes=columns(3))),
    *(text("a", "b"), text(""), text("&lt;table:table-row&gt;&#10;&amp;"), text("é 日本")),
    *(text('a<text:s text:c="3"/>b<text:s/>c'), text("a<text:tab/>b<text:line-break/>c")),
    text("<text:span>a</text:span> <text:a>b</text:a>"),
    cell(f"{ANNOTATION}<text:p>a</text:p>", 'office:value-type="string"'),
    cell(ANNOTATION),
    text("a", attributes='table:number-columns-spanned="2"') + "<table:covered-table-cell/>",
    text("hidden", name="covered-table-cell"),
    *(value("float", "1.50"), value("float", "-7"), value("float", "1E+20")),
    *(value("percentage", "0.25"), value("currency", "12.5", attributes='office:currency="EUR"')),
    *(value("date", "2024-01-05"), value("date", "2024-01-05T10:30:00"), value("time", "PT1H2M3S")),
    *(value("boolean", "true"), value("boolean", "false")),
    value("float", "3", attributes='table:formula="of:=1+2"'),
    cell(attributes='table:formula="of:=1/0" office:value-type="string"'),
    text("shown", attributes='office:string-value="stored"'),
    text("v", attributes="table:style-name='a>b'"),
]
ROWS = [
    *(row(EMPTY), row(cell(attributes=columns(1024)), attributes=repeated(5)), row(text("a"))),
    row(text("a"), value("float", "2"), attributes=repeated(3)),
    row(text("hidden"), attributes='table:visibility="collapse"'),
    row(text("filtered"), attributes='table:visibility="filter" table:style-name="ro1"'),
    row(text("b"), attributes="table:number-rows-repeated='2' table:style-name='ro1'"),
    *("<table:table-row/>", f"<table:table-row {repeated(4)}/>"),
]
GROUPS = ["table-row-group", "table-rows", "table-header-rows"]


def small_parts(patch: pytest.MonkeyPatch, content: bytes) -> None:
    """Let each row be a part."""
    xml = zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
    set_small_parts(patch, head=xml.index(b">", xml.index(b"<table:table ")) + 1)


def in_parts(content: bytes, name: str = "") -> list[list[str]]:
    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, content)
        return parts_of(content, name)


def by_library(content: bytes, name: str = "One") -> list[list[str]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [sheet_writer._texts(row) for row in workbook.get_sheet_by_name(name).iter_rows()]


def test_every_kind_of_cell() -> None:
    content = ods_of(table(HEADER, *map(row, CELLS), *ROWS, *ROWS))
    assert in_parts(content) == by_library(content) == parts_of(content, "One")
    lines = [line[0] for line in in_parts(content)]
    assert lines[1:12] == [
        *("", "", "a", "a", "a\vb", "", "<table:table-row>\v&", "é 日本", "a   b c", "abc", "a b"),
    ]


def grouped(rows: list[str], groups: list[str]) -> str:
    """Return the rows in groups: each begins at its row, and all end at the last one."""
    starts = "".join(f"<table:{name}>{each}" for name, each in zip(groups, rows, strict=False))
    ends = "".join(f"</table:{name}>" for name in reversed(groups[: len(rows)]))
    return starts + "".join(rows[len(groups) :]) + ends


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(ROWS)
        | st.lists(st.sampled_from(CELLS), max_size=4).map(lambda of: row(*of)),
        max_size=25,
    ),
    st.lists(st.sampled_from(GROUPS), max_size=8),
)
def test_a_sheet_in_parts_is_the_same_sheet(rows: list[str], groups: list[str]) -> None:
    content = ods_of(table(HEADER, grouped(rows, groups), row(text("end"))))
    assert in_parts(content) == by_library(content)


SHEETS = ods_of(
    '<table:table table:name="Nothing"/>'
    + table(row(text("hidden")), name="Hidden", style=' table:style-name="ta2"')
    + table(HEADER, row(text("a")), name="A &amp; B")
    + table(row(EMPTY), name="Blank")
    + f"<table:table>{row(text('of a link'))}</table:table>"
    + table(HEADER, *ROWS, row(text("2")), name="Two >"),
    styles='<style:style style:name="ta2"><style:table-properties table:display="false"/>'
    "</style:style>",
)


def test_sheets_are_chosen_as_in_a_small_file(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {name: outcome(SHEETS, name) for name in ("", "A & B", "Hidden", "Two >", "x", "Blank")}
    small_parts(monkeypatch, SHEETS)
    assert {name: outcome(SHEETS, name) for name in small} == small
    assert small["A & B"].splitlines()[1].startswith("\ufeffx,x")
    assert small["Hidden"].endswith("\ufeffhidden\n")
    assert '"others": ["Nothing", "Blank", "Two >"]' in small["A & B"]


def outcome(content: bytes, name: str) -> str:
    out = io.StringIO(newline="")
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        sheet_writer._write(file.name, name, out)
    return out.getvalue()


def test_a_table_within_a_table_is_no_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = cell(table(row(text("in")), name="Inner"))
    content = ods_of(table(row(inner), row(text("a"))) + table(HEADER, row(text("b")), name="Two"))
    assert outcome(content, "Inner").startswith('{"error": "unknown_sheet"')
    small_parts(monkeypatch, content)
    assert outcome(content, "Inner").startswith('{"error": "unknown_sheet"')
    assert parts_of(content, "Two") == by_library(content, "Two")


def test_sheets_behind_the_chosen_one_are_not_decompressed() -> None:
    xml = table(row(text("a"))) + table(row(text("b")), name="Two") + " " * 9_000_000
    source = io.BytesIO(xml.encode())
    blocks = [block for _, block in ods_tables.in_parts(source, 0)]
    assert b"".join(blocks).decode() == table(row(text("a")))
    assert source.tell() < len(xml)


def test_blank_rows_below_the_sheet_are_no_rows() -> None:
    content = ods_of(table(HEADER, row(text("a")), row(EMPTY, attributes=repeated(1_048_000))))
    assert len(in_parts(content)) == 2


def test_a_million_blank_rows_between_two_rows() -> None:
    rows = (row(text("a")), row(EMPTY, attributes=repeated(1_000_000)), row(text("b")))
    lines = in_parts(ods_of(table(*rows)))
    assert (len(lines), lines[0], lines[-1]) == (1_000_002, ["a"], ["b"])


def test_padded_numbers_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: Rows = [["id", "x"], *([(number, f"{number:05}"), "a"] for number in range(20))]
    content = ods(rows, styles=ZEROS)
    expected = [["id", "x"], *([f"{number:05}", "a"] for number in range(20))]
    assert in_parts(content) == parts_of(content, "Folha1") == expected
