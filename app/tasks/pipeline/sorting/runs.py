"""External merge sort (Knuth, The Art of Computer Programming, volume 3, section 5.4).

What is in memory is bounded: MEMORY_ROWS while a file is read, then one piece of each stored run.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

import polars as pl
from django.core.files.storage import default_storage

from tasks.pipeline import files
from tasks.pipeline.reading.ahead import ahead
from tasks.pipeline.sorting.merge import merged

SORTED_ROWS: Final = 250_000
"""Sorted at a time, in a thread, while the next ones are read."""
MEMORY_ROWS: Final = 1_000_000
"""More than so many are stored as a run."""
PIECE_ROWS: Final = 25_000
"""Of a run; when runs are merged, one of each is worked on, and of a stored one is in memory."""


class Runs:
    """People by e-mail, of which the first in the file comes first."""

    def __init__(self, prefix: str, *, show_life: Callable[[], None]) -> None:
        """`prefix`: see files.py. `show_life` is called at each step."""
        self._prefix = prefix
        self._show_life = show_life
        self._waiting: list[pl.DataFrame] = []
        self._sorted: list[pl.DataFrame] = []
        self._stored: list[list[str]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self._sorting = deque[Future[None]]()

    def __enter__(self) -> Self:
        """For ending the thread."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread."""
        self._thread.shutdown()

    def add(self, people: pl.DataFrame) -> None:
        """Those that come next in the file."""
        self._show_life()
        self._waiting.append(people)
        if _height(self._waiting) >= SORTED_ROWS:
            self._begin_to_sort()

    def in_order(self) -> Iterator[pl.DataFrame]:
        """All of them, once; frames that follow one another, none of them empty."""
        self._begin_to_sort()
        self._await_sorting(all_but=0)
        stored = [_read(names) for names in self._stored]
        in_memory = [run.iter_slices(PIECE_ROWS) for run in self._sorted]
        self._sorted = []
        for frame in ahead(merged([*stored, *in_memory])):
            self._show_life()
            yield frame

    def _begin_to_sort(self) -> None:
        self._await_sorting(all_but=1)  # to store a run takes longer than to read the next rows
        if self._waiting:
            self._sorting.append(self._thread.submit(self._sort, self._waiting))
            self._waiting = []

    def _await_sorting(self, *, all_but: int) -> None:
        while len(self._sorting) > all_but:
            self._sorting.popleft().result()

    def _sort(self, people: list[pl.DataFrame]) -> None:
        if _height(self._sorted) + _height(people) > MEMORY_ROWS:
            self._store()
        self._sorted.append(_by_email(people))

    def _store(self) -> None:
        run = _by_email(self._sorted)
        self._sorted = []
        # Packed: of files that large the disk, too, is a limit.
        names = (
            files.write_chunk(self._prefix, piece, packed=True)
            for piece in run.iter_slices(PIECE_ROWS)
        )
        self._stored.append(list(names))


def _read(names: list[str]) -> Iterator[pl.DataFrame]:
    for name in names:
        yield files.read_chunk(name)
        default_storage.delete(name)


def _height(frames: list[pl.DataFrame]) -> int:
    return sum(frame.height for frame in frames)


def _by_email(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """In order; frames that each are so already take a third of the time."""
    return pl.concat(frames).sort("email", maintain_order=True)
