"""External merge sort (Knuth, The Art of Computer Programming, volume 3, section 5.4).

Memory is bounded: it holds twice MEMORY_ROWS while the file is read, and then two pieces of each
stored run. All these numbers are smaller for files with many columns.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

import polars as pl
from django.core.files.storage import default_storage

from tasks import files
from tasks.planning.merge_runs import merged
from tasks.planning.width import fewer_if_wide
from tasks.reading.ahead import prefetch, wait_for

SORTED_ROWS: Final = 250_000
"""Rows that a thread sorts at a time while the next ones are read."""
MEMORY_ROWS: Final = 1_000_000
"""Sorted rows in memory; before they would be more, they are stored as a run."""
PIECE_ROWS: Final = 25_000
"""Rows in a piece of a run. The merge works on a piece of each run and reads the next one ahead."""
_THREADS: Final = 2


class Runs:
    """A sorter of users by a column, and then by their order in the file."""

    def __init__(self, prefix: str, key: str, *, heartbeat: Callable[[], None]) -> None:
        """Sort by the column `key`, and store runs below `prefix` (see files.py).

        `heartbeat` is called at steps and in waits.
        """
        self._prefix, self._key = prefix, key
        self._heartbeat = heartbeat
        self._waiting: list[pl.DataFrame] = []
        self._sorting = deque[Future[pl.DataFrame]]()
        self._sorted: list[pl.DataFrame] = []
        self._stored_runs: list[Future[list[str]]] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="runs")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def add(self, users: pl.DataFrame) -> None:
        """Add the next users of the file."""
        self._heartbeat()
        self._waiting.append(users)
        if _height(self._waiting) >= fewer_if_wide(SORTED_ROWS, columns=users.width):
            self._begin_to_sort()

    def in_order(self) -> Iterator[pl.DataFrame]:
        """Yield all users once, in order, in frames that are not empty."""
        self._begin_to_sort()
        while self._sorting:
            self._take_sorted()
        stored = [prefetch(_read(names)) for names in map(self._result, self._stored_runs)]
        in_memory = list(map(_pieces, self._sorted))
        self._sorted = []
        for frame in prefetch(merged([*stored, *in_memory], self._key), heartbeat=self._heartbeat):
            self._heartbeat()
            yield frame

    def _begin_to_sort(self) -> None:
        if len(self._sorting) == _THREADS:
            self._take_sorted()
        if self._waiting:
            self._sorting.append(self._threads.submit(_sorted, self._waiting, self._key))
            self._waiting = []

    def _take_sorted(self) -> None:
        users = self._result(self._sorting.popleft())
        memory_rows = fewer_if_wide(MEMORY_ROWS, columns=users.width)
        if _height(self._sorted) + users.height > memory_rows:
            self._begin_to_store()
        self._sorted.append(users)

    def _begin_to_store(self) -> None:
        for run in self._stored_runs:  # until it is stored, it is still in memory
            self._result(run)
        self._stored_runs.append(
            self._threads.submit(_store, self._prefix, self._sorted, self._key)
        )
        self._sorted = []

    def _result[T](self, future: Future[T]) -> T:
        return wait_for(future, heartbeat=self._heartbeat)


def _store(prefix: str, users: list[pl.DataFrame], key: str) -> list[str]:
    """Store the users as one run and return the names of its pieces.

    The pieces are compressed, because a file that does not fit in memory may also fill the disk.
    """
    pieces = _pieces(_sorted(users, key))
    return [files.write_chunk(prefix, piece, compress=True) for piece in pieces]


def _pieces(run: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return run.iter_slices(fewer_if_wide(PIECE_ROWS, columns=run.width))


def _read(names: list[str]) -> Iterator[pl.DataFrame]:
    for name in names:
        yield files.read_chunk(name)
        default_storage.delete(name)


def _height(frames: list[pl.DataFrame]) -> int:
    return sum(frame.height for frame in frames)


def _sorted(frames: list[pl.DataFrame], key: str) -> pl.DataFrame:
    """Return the rows in the order of `key`. Sorted frames take a third of the time."""
    return pl.concat(frames).sort(key, maintain_order=True)
