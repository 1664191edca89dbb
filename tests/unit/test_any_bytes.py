"""No bytes lead anywhere but to rows, refusals or a FileError."""

from io import BytesIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tasks.pipeline.codes import FileError
from tasks.pipeline.parse import Table
from tasks.pipeline.reading.decoding import ONE_BYTE, SEVERAL_BYTES, detect, has_mark
from tasks.pipeline.reading.formats import refuse_bytes, refuse_utf16
from tasks.pipeline.reading.header import FIELDS
from tasks.pipeline.reading.unpacking import compression_of, opened

HEADS = [b"", b"email\n", b"email,name\r", b"sep=;\nemail;name\n", b"\xef\xbb\xbfemail,,\n"]
HEADS += ["email\tname\n".encode("utf-16"), b"PK\x03\x04", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00"]
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from(",;\t|"),
        "columns": st.dictionaries(
            st.sampled_from(["email", "name", "x"]), st.sampled_from([*FIELDS, None])
        ),
    },
)


def opened_table(data: bytes, asked: str | None, options: dict[str, Any]) -> Table:
    """As an upload's is opened."""
    start = opened(BytesIO(data), compression_of(data)).read(100)
    refuse_bytes(start)
    encoding = detect(start, is_utf8=asked == "utf-8", asked=asked)
    if not has_mark(start):
        refuse_utf16(start)
    return Table(opened(BytesIO(data), compression_of(data)), encoding=encoding, **options)


@given(
    st.sampled_from(HEADS),
    st.binary(max_size=300),
    st.sampled_from([None, *ONE_BYTE, *SEVERAL_BYTES]),
    ASKED,
    st.integers(1, 100),
)
def test_they_lead_nowhere_else(
    head: bytes, tail: bytes, asked: str | None, options: dict[str, Any], size: int
) -> None:
    """Fails when `_first_record` forgets the file's end, or a record is neither row nor refusal."""
    try:
        batches = list(opened_table(head + tail, asked, options).batches(size))
    except FileError:
        return
    frames = [frame for batch in batches for frame in (batch.rows, batch.rejects.frame())]
    numbers = [number for frame in frames for number in frame["record"].to_list()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    table = opened_table(head + tail, asked, options)
    assert [table.encoded(record.text) for record in table.records()].count(b"") == 0
