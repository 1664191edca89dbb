"""Rows of a table: their lines, their numbers and their rejections."""

import zlib
from io import BytesIO

import pytest

from tasks.codes import FileError
from tasks.reading import records
from tasks.reading.source import MAX_LINE
from tasks.reading.table import Table


def read(
    data: bytes, block_size: int = 1000, encoding: str = "utf-8"
) -> tuple[list[tuple[int | str, ...]], list[tuple[int | str, ...]]]:
    """Return the rows, and the rejections as record, line, code, detail and value."""
    batches = list(Table(BytesIO(data), encoding=encoding).batches(block_size))
    rows = [row for batch in batches for row in batch.rows.rows()]
    frames = [batch.rejected for batch in batches]
    selected = [frame.select("record", "line", "code", "detail", "value") for frame in frames]
    return rows, [row for frame in selected for row in frame.rows()]


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(
    ("body", "rows", "rejections"),
    [
        (b"a\n\n \t\nb\n", [(1, 2, "a"), (2, 5, "b")], []),
        (b"a\r\nb\nc\rd", [(1, 2, "a"), (2, 3, "b"), (3, 4, "c"), (4, 5, "d")], []),
        (b"a\r\r\nb\n\r", [(1, 2, "a"), (2, 4, "b")], []),
        (b'"x\ny"\nb\n', [(1, 2, "x\ny"), (2, 4, "b")], []),
        (b'"x\r\ny\r"\rb\r', [(1, 2, "x\r\ny\r"), (2, 5, "b")], []),
        (b'"x\n\n\ny"\nb\n', [(1, 2, "x\n\n\ny"), (2, 6, "b")], []),
        ("\x0cx\x0b\u2028\x85,\n".encode(), [(1, 2, "\x0cx\x0b\u2028\x85")], []),
        (b"a,1\nb\n", [(2, 3, "b")], [(1, 2, "too_many_columns", "2", "a,1")]),
        (b"\xff\nb\n", [(2, 3, "b")], [(1, 2, "invalid_utf8", "", "\\xff")]),
        (b'"a"b\nc\n"d"\n', [(2, 3, "c"), (3, 4, "d")],
         [(1, 2, "invalid_quoting", "", '"a"b')]),
        (b'"a\nb\n"c"\nd\n', [(2, 3, "b"), (3, 4, "c"), (4, 5, "d")],
         [(1, 2, "invalid_quoting", "", '"a')]),
        (b"a\0b\n,,,\nc\n", [(1, 2, "a\0b"), (2, 4, "c")], []),
    ],
)  # fmt: skip
def test_lines_are_counted_as_an_editor_shows_them(
    body: bytes,
    rows: list[tuple[int, int, str]],
    rejections: list[tuple[int, int, str, str, str]],
    size: int,
) -> None:
    assert read(b"email\n" + body, size) == (rows, rejections)


def test_undecodable_bytes_are_rejected_with_the_name_of_the_encoding() -> None:
    result = read(b"email,name\na,\xe9\nb,\x81\xe9\nc,\xe7\n", encoding="windows-1252")
    value = "b,\\x81é"
    assert result == (
        [(1, 2, "a", "é"), (3, 4, "c", "ç")], [(2, 3, "undecodable", "windows-1252", value)]
    )  # fmt: skip


def test_a_rejection_shows_no_value_of_a_row_with_secrets() -> None:
    _, rejections = read(b'email,password\na\nb,c,d\ne,\xff\n"f"f,g\n')
    assert [row[2] for row in rejections] == [
        "too_few_columns", "too_many_columns", "invalid_utf8", "invalid_quoting"
    ]  # fmt: skip
    assert {row[4] for row in rejections} == {""}


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b'a,1\n"b,2\nc,3\n', "unclosed_quote", "line 3"),
        (b'"' + b"x\n" * MAX_LINE, "unclosed_quote", "line 2"),
        (b'a,"\n' + b"x" * (MAX_LINE + 9) + b'\n"', "unclosed_quote", "line 2"),
        (b'"a",' + b"x" * (MAX_LINE + 9) + b"\n", "line_too_long", "Line 2"),
        (b"a,1\n\nb," + b"x" * (MAX_LINE + 9) + b"\n", "line_too_long", "Line 4"),
        (b"a,1\nb," + b"x" * (MAX_LINE + 9) + b"\nc,1\n", "line_too_long", "Line 3"),
        (b"a,1\n" * MAX_LINE + b"x" * (2 * MAX_LINE), "line_too_long", "Line 1048578"),
    ],
    ids=range(7),
)
def test_an_endless_quote_or_line_is_a_file_error(body: bytes, code: str, line: str) -> None:
    with pytest.raises(FileError) as caught:
        read(b"email,name\n" + body, 4 * MAX_LINE)
    assert caught.value.code == code
    assert line in str(caught.value.message)


@pytest.mark.parametrize(
    "body",
    [b"a,1\nb,2\n", b"a,1\r\nb,2\r\n", b"a,1\rb,2\r", b"a,1\rb,2\r\n", b"a,1\nb,2",
     b"a,1,\nb,2,\n", b'"a",1\n"b","2"', b'"a",1\r\nb,"2"\r\n'],
)  # fmt: skip
def test_lines_that_are_rows_are_read_by_polars(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when the fast reader is left without need, which only the speed would show."""
    table = Table(BytesIO(b"email,name\n" + body), encoding="utf-8")
    monkeypatch.setattr(Table, "_exact", None)
    rows = [row for batch in table.batches() for row in batch.rows.rows()]
    assert rows == [(1, 2, "a", "1"), (2, 3, "b", "2")]


def test_blank_and_rejected_lines_are_read_by_polars_too(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'\n"a;""b"";";1;x;\nb\n \t\nc;3;x;y;\n\nd;4\n;;\n "e" ;"5" ; "z";"\xc2\xa0"\n;1;x;\n'
    monkeypatch.setattr(Table, "_exact", None)
    assert read(b"email;name;x;\n" + body) == (
        [(1, 3, 'a;"b";', "1"), (5, 10, "e", "5"), (6, 11, "", "1")],
        [(2, 4, "too_few_columns", "1", "b"), (3, 6, "too_many_columns", "5", "c;3;x;y;"),
         (4, 8, "too_few_columns", "2", "d;4")],
    )  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["", " ", '""', '" "', "\x1c", "\u3000"])
def test_surplus_cells_of_blanks_are_empty(delimiter: str, end: str) -> None:
    line = delimiter.join(["a", "1", end])
    body = f"{delimiter.join(['email', 'name'])}\n{line}\n\n{line}\n"
    assert read(body.encode()) == ([(1, 2, "a", "1"), (2, 4, "a", "1")], [])


@pytest.mark.parametrize(
    "block",
    [b'"a\nb"\n', b'a"\n', b' "a\n"\n', b'"a"b\n', b"a\0\n", b"\xff\n", b'a"b"\n', b'"a","x"\n',
     b"\na\x1fb\n", b"\xef\xbb\xbf\n", b"\n\xef\xbb\xbf\n", b"\x1f\x8b\n", b"x\x01\n", b"\nx^\n",
     zlib.compress(b"a\n"), b"(\xb5/\xfd\n"],
)  # fmt: skip
def test_a_block_that_polars_would_misread_is_not_read_by_polars(
    block: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(BytesIO(b"email\n" + block), encoding="utf-8")
    monkeypatch.setattr(Table, "_exact", lambda self, lines: lines)
    blocks: list[object] = list(table.batches())
    assert blocks == [block]


def test_records_are_the_rows_of_batches() -> None:
    data = b'email,name\na,1\n"b\nb",2\n\nc,3'
    rows = [(r.line, r.cells, r.text) for r in Table(BytesIO(data), encoding="utf-8").records()]
    assert rows == [
        (2, ["a", "1"], "a,1\n"), (3, ["b\nb", "2"], '"b\nb",2\n'), (6, ["c", "3"], "c,3")
    ]  # fmt: skip


def test_the_rereading_of_lines_after_wrong_quotes_is_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fails when lines may be reread without a limit."""
    monkeypatch.setattr(records, "_FREE_TO_REREAD", 1_000_000)
    lines = b'a","\n' * 100_000 + b'"z"z\n'
    table = Table(BytesIO(b"email,name\n" + lines), encoding="utf-8")
    with pytest.raises(FileError, match="Too many quotes") as caught:
        list(table.batches())
    assert caught.value.code == "unclosed_quote"


@pytest.mark.parametrize("quote", ["", '"'])
def test_batches_and_records_measure_a_line_in_bytes(quote: str) -> None:
    """Fails when the two measure a line differently. rejected-rows.csv would then be incomplete."""
    data = f"email,name\n{quote}{'é' * 600_000}{quote},x\n".encode()
    for method in ("batches", "records"):
        table = Table(BytesIO(data), encoding="utf-8")
        with pytest.raises(FileError) as caught:
            list(getattr(table, method)())
        assert caught.value.code == "line_too_long"
