"""The XML of a sheet as blocks of whole rows, and these as parts of the sheet."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

PART_SIZE: Final = 128 * 1024 * 1024
"""Bytes of XML. python-calamine takes 2 to 5 times as much memory for them."""
BLOCK_SIZE: Final = 1024 * 1024
HEAD_SIZE: Final = 4 * 1024 * 1024
"""More than stands in front of the first row."""


def row_blocks(source: IO[bytes], data: bytes, *, end: bytes) -> Iterator[bytes]:
    """Yield the data and the rest of the source in blocks. All but the last end with `end`."""
    while block := source.read(BLOCK_SIZE):
        cut = data.rfind(end) + len(end)
        if cut >= len(end):
            yield data[:cut]
            data = data[cut:]
        data += block
    yield data


def in_parts(
    blocks: Iterable[tuple[bytes, int]],
    *,
    head: bytes,
    end: bytes,
    blank_rows: Callable[[int], bytes],
) -> Iterator[tuple[int, bytes]]:
    """Yield the blocks, which come with their numbers of rows, with the numbers of their parts.

    Each part begins with `head`, and with `blank_rows` in place of the rows of earlier parts. All
    but the last end with `end`.
    """
    part = size = rows = 0
    yield part, head
    for block, count in blocks:
        if size >= PART_SIZE:
            yield part, end
            part, size = part + 1, 0
            yield part, head + blank_rows(rows)
        yield part, block
        size += len(block)
        rows += count
