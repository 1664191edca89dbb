"""Header of a table, the lines above it, and the width of rows."""

from io import BytesIO

import pytest

from tasks.codes import FileError
from tasks.reading.dialect import HEAD_SIZE
from tasks.reading.table import Table


def opened(data: bytes) -> Table:
    """Return the table of a file in UTF-8."""
    return Table(BytesIO(data), encoding="utf-8")


def file_error(data: bytes) -> FileError:
    """Return the error of a file that is no table."""
    with pytest.raises(FileError) as caught:
        opened(data)
    return caught.value


def codes_by_record(table: Table) -> dict[int, str]:
    """Return the error code of each record, empty for one that is not rejected."""
    batches = list(table.batches())
    accepted = {number: "" for batch in batches for number in batch.rows["record"].to_list()}
    frames = [batch.rejected.select("record", "code") for batch in batches]
    return accepted | {number: code for frame in frames for number, code in frame.rows()}


def lines_and_cells(table: Table) -> list[tuple[int | str, ...]]:
    """Return the rows without their record numbers."""
    return [row[1:] for batch in table.batches() for row in batch.rows.rows()]


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        (b"email,name", b"a,b,,", ""),
        (b"email,name", b"a,b,, ", ""),
        (b"email,name", b"a,b,,c", "too_many_columns"),
        (b"email,name", b"a", "too_few_columns"),
        (b"email,name,,", b"a,b", ""),
        (b"email,name,,", b"a,b,x", ""),
        (b"email,name,,", b"a,b,,,,", ""),
        (b"email,name,,", b"a", "too_few_columns"),
        (b"email,,name,", b"a,,b", ""),
        (b"email,,name,", b"a,b", "too_few_columns"),
    ],
)
@pytest.mark.parametrize("last", [b"", b'\n"x",y'], ids=["clean", "quotes"])
def test_delimiters_at_the_end_are_ignored(
    header: bytes, row: bytes, code: str, last: bytes
) -> None:
    """Fails when the fast reader and the exact one disagree."""
    assert codes_by_record(opened(header + b"\n" + row + last))[1] == code


def test_a_line_with_only_a_tab_is_a_row_where_tabs_delimit() -> None:
    table = opened(b"email\tname\n\t\n \n\t \na\tb\n")
    assert lines_and_cells(table) == [(2, "", ""), (4, "", " "), (5, "a", "b")]


def test_the_sep_line_is_counted() -> None:
    table = Table(BytesIO(b"\xef\xbb\xbfsep=;\r\n\r\nemail;name\r\na;b\r\n"), encoding="utf-8-sig")
    assert (table.dialect.delimiter, table.dialect.line_end) == (";", "\r\n")
    assert table.preamble == b"\xef\xbb\xbfsep=;\r\n"
    assert [record.line for record in table.records()] == [4]


@pytest.mark.parametrize(
    "above",
    [b"\n \r\n", b",,\n,\r", b'"",""\n" "\n', b";;\n;,|\t;\n", b'\x0c\n" ;\xc2\xa0"\n', b'"\n,"\n'],
)
@pytest.mark.parametrize("header", [b"email,name", b"email;name", b"email|name"])
def test_empty_lines_above_the_header_are_counted_and_are_no_rows(
    above: bytes, header: bytes
) -> None:
    """Fails when such a line is taken for the header, or decides the delimiter."""
    row = header.replace(b"email", b"a").replace(b"name", b"b")
    assert lines_and_cells(opened(above + header + b"\n" + row)) == [(4, "a", "b")]


@pytest.mark.parametrize(
    "data",
    [
        b"\n \r\n",
        b",,;\n\t|\n",
        b'"",""\n',
        b"\xef\xbb\xbf",
        b"sep=;",
        b"sep=;\n\n",
        b"sep=^\n^^\n",
    ],
)
def test_a_file_of_empty_lines_has_no_header(data: bytes) -> None:
    assert file_error(data).code == "missing_header"


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"\n\n", "missing_header", "Put column names"),
        (b'"e"mail,name\n', "missing_header", "quotes in the header"),
        (b'"\nemail,name\na@x.com,"Ann"\n', "missing_header", "quotes in the header"),
        (b'email;"name\na@x.com;A,B\n', "unclosed_quote", "in line 1"),
    ],
)
def test_an_unreadable_header_is_a_file_error(data: bytes, code: str, words: str) -> None:
    error = file_error(data)
    assert error.code == code
    assert words in str(error.message)


@pytest.mark.parametrize(
    ("header", "line_ending"),
    [(b"email\n", "\n"), (b"email\r\n", "\r\n"), (b"email\r", "\r"), (b"email", "\r\n"),
     (b'"email","a\nb"\r', "\r")],
)  # fmt: skip
def test_the_header_decides_the_line_ending(header: bytes, line_ending: str) -> None:
    assert opened(header).dialect.line_end == line_ending


@pytest.mark.parametrize("blank", [b"\x0c\n", b"\xc2\xa0\n", b",,\n", b'"' + b"\n" * 1000 + b'"\n'])
def test_the_search_for_the_header_is_limited(blank: bytes) -> None:
    """Fails when a small compressed file of empty lines can keep a web worker busy."""
    above = blank * (2 * HEAD_SIZE // len(blank))
    assert file_error(above + b"email\na@x.com\n").code == "missing_header"
