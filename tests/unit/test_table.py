"""Header of a table, the lines above it, and the width of rows."""

from io import BytesIO

import pytest

from tasks.codes import FileError
from tasks.reading.dialect import HEAD_SIZE
from tasks.reading.table import BLOCK_SIZE, Table


def opened(data: bytes) -> Table:
    """Return the table of a file in UTF-8."""
    return Table(BytesIO(data), encoding="utf-8")


def file_error(data: bytes) -> FileError:
    """Return the error of a file that is no table."""
    with pytest.raises(FileError) as caught:
        opened(data)
    return caught.value


def codes_by_record(table: Table, block_size: int = BLOCK_SIZE) -> dict[int, str]:
    """Return the error code of each record, empty for one that is not rejected."""
    batches = list(table.batches(block_size))
    accepted = {number: "" for batch in batches for number in batch.rows["record"].to_list()}
    frames = [batch.rejected.select("record", "code") for batch in batches]
    rejected = {number: code for frame in frames for number, code in frame.rows()}
    return dict(sorted((accepted | rejected).items()))


def lines_and_cells(table: Table, block_size: int = BLOCK_SIZE) -> list[tuple[int | str, ...]]:
    """Return the rows without their record numbers."""
    return [row[1:] for batch in table.batches(block_size) for row in batch.rows.rows()]


@pytest.mark.parametrize(
    ("header", "rows", "codes"),
    [
        (b"email,name", [b"a,b"], [""]),
        (b"email,name", [b"a,b,"], [""]),
        (b"email,name", [b"a,b,, ", b'c,d,"",'], ["", ""]),
        (b"email,name", [b"a,b,,c"], ["too_many_columns"]),
        (b"email,name", [b"a"], ["too_few_columns"]),
        (b"email,name", [b"a,b,", b"c,d"], ["too_many_columns", ""]),
        (b"email,name", [b"a,b", b"c,d,"], ["", "too_many_columns"]),
        (b"email,name", [b"a,b,", b"c,d,,", b"e,f,"], ["", "too_many_columns", ""]),
        (b"email,name", [b"a,b,", b"c", b"e,f,"], ["", "too_few_columns", ""]),
        (b"email,name", [b"a,b,", b"c,d,x"], ["", "too_many_columns"]),
        (b"email,name", [b"", b"a,b,", b",", b"c,d,"], ["", ""]),
        (b"email,name", [b"a,b,", b'c,d"', b"e,f,"], ["too_many_columns", "", "too_many_columns"]),
        (b"email,name", [b"a,b,", b'"c"x,d', b"e,f,"], ["", "invalid_quoting", ""]),
        (b"email,name,,", [b"a,b"], [""]),
        (b"email,name,,", [b"a,b,,"], [""]),
        (b"email,name,,", [b"a,b,x"], ["too_many_columns"]),
        (b"email,name,,", [b"a,b", b"c,d,,"], ["", "too_many_columns"]),
        (b"email,name,,", [b"a,b,,,,"], [""]),
        (b"email,name,,", [b"a"], ["too_few_columns"]),
        (b"email,,name,", [b"a,,b", b"c,,d"], ["", ""]),
        (b"email,,name,", [b"a,b"], ["too_few_columns"]),
        (b"email,note", [b"a,b,"], ["too_many_columns"]),
        (b"email,note,", [b"a,b,"], [""]),
        (b"email,note,", [b"a,b,,"], ["too_many_columns"]),
        (b"email,namephone,note", [b"a,b,1,", b"c,d,2,"], ["too_many_columns"] * 2),
    ],
)
@pytest.mark.parametrize("size", [1, 4096])
@pytest.mark.parametrize("quotes", [False, True])
def test_empty_cells_behind_the_last_column_must_be_the_same_in_every_row(
    header: bytes, rows: list[bytes], codes: list[str], size: int, *, quotes: bool
) -> None:
    """Fails when a row with one delimiter too many is shifted, or when the readers disagree."""
    if quotes:
        rows = [row.replace(b"b", b'"b"') for row in rows]
    table = opened(header + b"\n" + b"\n".join(rows))
    assert list(codes_by_record(table, size).values()) == codes


def test_rows_behind_the_first_ones_must_have_the_same_number_of_empty_cells() -> None:
    table = opened(b"email,name\n" + b"a,b,\n" * HEAD_SIZE + b"c,d\ne,f,,\ng,h,\n")
    codes = [code for code in codes_by_record(table, HEAD_SIZE).values() if code]
    assert codes == ["too_few_columns", "too_many_columns"]


@pytest.mark.parametrize("length", [HEAD_SIZE - 5, HEAD_SIZE, 3 * HEAD_SIZE])
def test_a_row_that_the_first_bytes_do_not_have_whole_decides_nothing(length: int) -> None:
    """Fails when the beginning of a long row is taken for a row."""
    table = opened(b"email,name\na,b,\nc," + b"d" * length + b",\n")
    assert list(codes_by_record(table).values()) == ["", ""]


@pytest.mark.parametrize("size", [1, 4096])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("last", ["a,b", '"a", "b"'])
@pytest.mark.parametrize(
    "blank",
    [",", ",,,", " , ", "\t,", "\xa0", "\xa0,\xa0", '"",""', '" ",', ' "" , "\xa0"\t', '"\n",',
     "\x0c", "\u3000,", '""', " ", ",\x1c"],
)  # fmt: skip
def test_a_row_of_blank_cells_is_no_row(blank: str, last: str, delimiter: str, size: int) -> None:
    text = f"email,name\n{blank}\na,b\n{blank}\n{blank}\n{last}\n{blank}"
    table = opened(text.replace(",", delimiter).encode())
    height = 1 + blank.count("\n")
    assert lines_and_cells(table, size) == [(2 + height, "a", "b"), (3 + 3 * height, "a", "b")]


@pytest.mark.parametrize("row", [",1", "\u200b,", '","', "'',", "x", "-,-", '"""",', '\x0c"",'])
def test_a_row_with_content_is_a_row(row: str) -> None:
    assert len(codes_by_record(opened(f"email,name\n{row}\n".encode()))) == 1


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
