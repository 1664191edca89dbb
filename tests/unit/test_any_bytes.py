"""Files of arbitrary bytes, which become rows, rejections or a `FileError`."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading.decoding import ONE_BYTE, SEVERAL_BYTES, detect
from tasks.reading.formats import check_bytes
from tasks.reading.header_columns import FIELDS
from tasks.reading.header_rules import HeaderRules
from tasks.reading.table import Table
from tasks.reading.unpacking import compression_of, decompress
from users_uc.attributes.declared import AttributeType, DeclaredAttribute

X = DeclaredAttribute(name="x", type=AttributeType.TEXT)
HEADS = [b"", b"email\n", b"email,name\r", b"sep=;\nemail;name\n", b"\xef\xbb\xbfemail,,\n"]
HEADS += ["email\tname\n".encode("utf-16"), b"PK\x03\x04", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00"]
PIECES = [b"a", b",", b";", b"\t", b" ", b'"', b"\n", b"\r", b"\r\n", b"\0", b"\x0c", b"\xff"]
PIECES += [b"\xc3\xa9", b"\xef\xbb\xbf", b"\xc2\xa0", b"\n(\xb5/\xfd", b"\n\x1f\x8b", b"\nx\x01"]
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from(",;\t|"),
        "rules": st.builds(
            HeaderRules,
            columns=st.dictionaries(
                st.sampled_from(["email", "name", "x"]), st.sampled_from([*FIELDS, None])
            ),
            attributes=st.sampled_from([{}, {"x": X}]),
        ),
    },
)


def opened_table(data: bytes, requested: str | None, options: dict[str, Any]) -> Table:
    """Return the table of a file, opened like an upload."""
    start = decompress(BytesIO(data), compression_of(data)).read(100)
    check_bytes(start)
    encoding = detect(start, is_utf8=True, requested=requested) or ""
    return Table(decompress(BytesIO(data), compression_of(data)), encoding=encoding, **options)


@given(
    st.sampled_from(HEADS),
    st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES)).map(b"".join)),
    st.one_of(st.none(), st.sampled_from([*ONE_BYTE, *SEVERAL_BYTES])),
    OPTIONS,
    st.integers(1, 100),
)
@settings(max_examples=500)
def test_any_bytes_lead_to_rows_or_rejections_or_a_file_error(
    head: bytes, tail: bytes, requested: str | None, options: dict[str, Any], size: int
) -> None:
    """Fails when an error of Polars is not caught, or a record is neither a row nor rejected."""
    try:
        batches = list(opened_table(head + tail, requested, options).batches(size))
    except FileError:
        return
    frames = [frame for batch in batches for frame in (batch.rows, batch.rejected)]
    numbers = [number for frame in frames for number in frame["record"].to_list()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    table = opened_table(head + tail, requested, options)
    assert [table.encoded(record.text) for record in table.records()].count(b"") == 0


def rows_and_rejections(data: bytes, *, fast: bool) -> tuple[list[Any], list[Any]]:
    """Return the rows and the rejections, without the fast reader unless `fast`."""
    table = Table(BytesIO(data), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(Table, "_fast", lambda *_: None)
        batches = list(table.batches(40))
    rows = [row for batch in batches for row in batch.rows.rows()]
    return rows, [row for batch in batches for row in batch.rejected.rows()]


@given(
    st.sampled_from([b"email\n", b"email,name\n", b"email\tname\tx\n", b"email;;\n"]),
    st.lists(st.sampled_from(PIECES)).map(b"".join),
)
@settings(max_examples=500)
def test_both_ways_of_reading_agree(header: bytes, body: bytes) -> None:
    """Fails when Polars gets bytes that it reads in its own way, such as a blank line."""
    try:
        exact = rows_and_rejections(header + body, fast=False)
    except FileError:
        with pytest.raises(FileError):
            rows_and_rejections(header + body, fast=True)
    else:
        assert rows_and_rejections(header + body, fast=True) == exact
