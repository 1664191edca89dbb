"""Lines and blocks of a stream."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.pipeline.codes import FileError
from tasks.pipeline.source import MAX_LINE, LineSource

TEXT = st.lists(st.sampled_from([b"a", b"bc" * 40, b"\n", b"\r\n", b'"'])).map(b"".join)


@given(TEXT, st.integers(1, 50))
def test_blocks_are_whole_lines_and_nothing_is_lost(text: bytes, size: int) -> None:
    """Fails when a block ends inside a line or the rest of a read is dropped."""
    source = LineSource(BytesIO(text))
    blocks = list(iter(lambda: source.block(size), b""))
    assert b"".join(blocks) == text
    assert all(block.endswith(b"\n") for block in blocks[:-1])


@given(TEXT, st.integers(1, 50))
def test_lines_and_blocks_can_take_turns(text: bytes, size: int) -> None:
    """Fails when `line` does not give back to `block` what it read too much."""
    source = LineSource(BytesIO(text))
    read = []
    while piece := source.line():
        assert piece.count(b"\n") <= 1
        read.append(piece)
        read.append(source.block(size))
    assert b"".join(read) == text


def test_a_line_that_never_ends_is_refused_before_it_is_read_whole() -> None:
    stream = BytesIO(b"x" * (MAX_LINE * 10))
    with pytest.raises(FileError) as caught:
        LineSource(stream).block(1000)
    assert caught.value.code == "line_too_long"
    assert stream.tell() < MAX_LINE * 4
