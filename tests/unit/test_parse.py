"""Bytes into columns: lines, records and their numbers, and what is refused."""

from io import BytesIO

import polars as pl
import pytest

from tasks.pipeline.codes import FileError
from tasks.pipeline.parse import Table
from tasks.pipeline.source import MAX_LINE


def read(data: bytes, block_size: int) -> tuple[list[tuple[int | str, ...]], pl.DataFrame]:
    """The rows and the refusals of UTF-8."""
    batches = list(Table(BytesIO(data), encoding="utf-8").batches(block_size))
    rejects = [batch.rejects.frame() for batch in batches]
    rows = [row for batch in batches for row in batch.rows.rows()]
    return rows, pl.concat(rejects) if rejects else pl.DataFrame()


@pytest.mark.parametrize(
    ("body", "found", "refused"),
    [
        (b"a\n\n \t\nb\n", [(1, 2, "a"), (2, 5, "b")], []),
        (b"a\r\nb\nc", [(1, 2, "a"), (2, 3, "b"), (3, 4, "c")], []),
        (b'"x\ny"\nb\n', [(1, 2, "x\ny"), (2, 4, "b")], []),
        (b"a,1\nb\n", [(2, 3, "b")], [(1, 2, "too_many_columns", "2")]),
        (b"\xff\nb\n", [(2, 3, "b")], [(1, 2, "invalid_utf8", "")]),
        (b'"a"b\nc\n"d"\n', [(2, 3, "c"), (3, 4, "d")], [(1, 2, "invalid_quoting", "")]),
        (b'"a\nb\n"c"\nd\n', [(2, 3, "b"), (3, 4, "c"), (4, 5, "d")],
         [(1, 2, "invalid_quoting", "")]),
    ],
)  # fmt: skip
def test_lines_and_records_are_counted_as_an_editor_shows_them(
    body: bytes, found: list[tuple[int, int, str]], refused: list[tuple[int, int, str, str]]
) -> None:
    rows, rejects = read(b"email\n" + body, 1000)
    assert rows == found
    shown = rejects.select("record", "line", "code", "detail").rows() if rejects.height else []
    assert shown == refused


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b'a,1\n"b,2\nc,3\n', "unclosed_quote", "line 3"),
        (b'"' + b"x\n" * MAX_LINE, "unclosed_quote", "line 2"),
        (b'a,"\n' + b"x" * (MAX_LINE + 9) + b'\n"', "unclosed_quote", "line 2"),
        (b'"a",' + b"x" * (MAX_LINE + 9) + b"\n", "line_too_long", "Line 2"),
        (b"a,1\n\nb," + b"x" * (MAX_LINE + 9) + b"\n", "line_too_long", "Line 4"),
    ],
)
def test_what_has_no_end_is_an_error_of_the_file(body: bytes, code: str, line: str) -> None:
    with pytest.raises(FileError) as caught:
        read(b"email,name\n" + body, 4 * MAX_LINE)
    assert caught.value.code == code
    assert line in caught.value.message


@pytest.mark.parametrize(
    "body",
    [b"a,1\nb,2\n", b"a,1\r\nb,2\r\n", b"a,1\rb,2\r", b"a,1\rb,2\r\n", b"a,1\nb,2",
     b"a,1,\nb,2,\n"],
)  # fmt: skip
def test_clean_lines_are_all_read_by_polars(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the fast way is left without need; only speed would show it."""
    table = Table(BytesIO(b"email,name\n" + body), encoding="utf-8")
    monkeypatch.setattr(Table, "_exact", None)
    rows = [row for batch in table.batches() for row in batch.rows.rows()]
    assert rows == [(1, 2, "a", "1"), (2, 3, "b", "2")]


@pytest.mark.parametrize(
    "block",
    [b'"a"\n', b"a\0\n", b"\na\n", b"a\n\nb\n", b"a\r\n\rb\n", b" \na\n", b"\xff\n", b"a,b\n",
     b"\xef\xbb\xbf\n"],
)  # fmt: skip
def test_a_block_that_is_not_clean_never_meets_polars(
    block: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(BytesIO(b"email\n" + block), encoding="utf-8")
    monkeypatch.setattr(Table, "_exact", lambda self, lines: lines)
    blocks: list[object] = list(table.batches())
    assert blocks == [block]


def test_blank_lines_above_the_header_are_counted_but_are_not_records() -> None:
    rows, _ = read(b"\n \r\nemail\na\n", 100)
    assert rows == [(1, 4, "a")]


def test_records_are_the_same_as_the_rows_of_batches() -> None:
    data = b'email,name\na,1\n"b\nb",2\n\nc,3'
    records = [(r.line, r.cells, r.text) for r in Table(BytesIO(data), encoding="utf-8").records()]
    assert records == [
        (2, ["a", "1"], "a,1\n"), (3, ["b\nb", "2"], '"b\nb",2\n'), (6, ["c", "3"], "c,3")
    ]  # fmt: skip
