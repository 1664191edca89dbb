"""The measurement of a decompressed file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from tasks.codes import FileError
from tasks.reading.decoding import Utf8Check

_BLOCK_SIZE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The size and the UTF-8 validity of the bytes that were read.

    `is_whole` says whether they are the whole file.
    """

    size: int
    is_utf8: bool
    is_whole: bool


def _do_nothing() -> None: ...


def measure(
    csv: BinaryIO,
    *,
    limit: int,
    stop_at: int | None = None,
    heartbeat: Callable[[], None] = _do_nothing,
) -> Measured:
    """Read the file to its end, or until `stop_at` bytes are read.

    `heartbeat` is called for each block. Raises `FileError` (too_large) above `limit` bytes.
    """
    size, utf8 = 0, Utf8Check()
    while stop_at is None or size < stop_at:
        block = csv.read(_BLOCK_SIZE)
        if not block:
            return Measured(size=size, is_utf8=utf8.finish(), is_whole=True)
        heartbeat()
        size += len(block)
        if size > limit:
            raise FileError("too_large", limit=limit)
        utf8.feed(block)
    return Measured(size=size, is_utf8=utf8.is_valid_so_far, is_whole=False)
