"""Lines and blocks of a stream."""

import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading.source import MAX_LINE, LineSource

TEXT = st.lists(st.sampled_from([b"a", b"bc" * 40, b"\n", b"\r\n", b"\r", b'"'])).map(b"".join)


class ShortReads(BytesIO):
    """A stream whose reads return fewer bytes than they may, as those of a decoder do."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return half of the bytes, at least one."""
        return super().read((size + 1) // 2 if size else size)


@pytest.mark.parametrize("stream", [BytesIO, ShortReads])
@given(text=TEXT, size=st.integers(1, 50))
def test_blocks_are_whole_lines_and_nothing_is_lost(
    stream: type[BytesIO], text: bytes, size: int
) -> None:
    """Fails when a block ends inside a line, or in a CR LF, or the rest of a read is lost."""
    source = LineSource(stream(text))
    blocks = list(iter(lambda: source.block(size), b""))
    lines = [line for block in blocks for line in block.splitlines(keepends=True)]
    assert lines == text.splitlines(keepends=True)


@given(TEXT, st.integers(1, 50))
def test_lines_and_blocks_can_alternate(text: bytes, size: int) -> None:
    """Fails when `line` keeps bytes of the next line, or `unread` does nothing."""
    source = LineSource(BytesIO(text))
    assert text.startswith(source.peek(size))
    read = []
    while piece := source.line():
        assert len(piece.splitlines()) == 1
        source.unread(source.block(size))
        read += [piece, *source.block(size).splitlines(keepends=True)]
    assert read == text.splitlines(keepends=True)


def test_an_endless_line_is_a_file_error_before_it_is_read_whole() -> None:
    stream = BytesIO(b"x" * (MAX_LINE * 10))
    with pytest.raises(FileError) as caught:
        LineSource(stream).block(1000)
    assert caught.value.code == "line_too_long"
    assert stream.tell() < MAX_LINE * 4


def seconds_for(lines: int) -> float:
    """Return the CPU seconds that it takes to read the lines one by one."""
    source = LineSource(BytesIO(b"\n" * lines))
    start = time.process_time()
    assert sum(len(source.line()) for _ in range(lines)) == lines
    return time.process_time() - start


def test_ten_times_the_lines_take_less_than_thirty_times_as_long() -> None:
    """Fails when each `line` copies the rest of the buffer."""
    assert seconds_for(1_000_000) < 30 * seconds_for(100_000)
