"""External merge sort (Knuth, The Art of Computer Programming, volume 3, section 5.4).

What is in memory is bounded: twice MEMORY_ROWS while a file is read, then two pieces of each
stored run.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, Self

import polars as pl
from django.core.files.storage import default_storage

from tasks import files
from tasks.planning.merge_runs import merged
from tasks.reading.ahead import ahead

SORTED_ROWS: Final = 250_000
"""Sorted at a time, in a thread, while the next ones are read."""
MEMORY_ROWS: Final = 1_000_000
"""More than so many are stored as a run."""
PIECE_ROWS: Final = 25_000
"""Of a run; when runs are merged, one of each is worked on, and of a stored one two in memory."""
_THREADS: Final = 2


class Runs:
    """People by e-mail, of which the first in the file comes first."""

    def __init__(self, prefix: str, *, heartbeat: Callable[[], None]) -> None:
        """`prefix`: see files.py. `show_life` is called at each step."""
        self._prefix = prefix
        self._heartbeat = heartbeat
        self._waiting: list[pl.DataFrame] = []
        self._sorting = deque[Future[pl.DataFrame]]()
        self._sorted: list[pl.DataFrame] = []
        self._stored: list[Future[list[str]]] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="runs")

    def __enter__(self) -> Self:
        """For ending the threads."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the threads."""
        self._threads.shutdown()

    def add(self, people: pl.DataFrame) -> None:
        """Those that come next in the file."""
        self._heartbeat()
        self._waiting.append(people)
        if _height(self._waiting) >= SORTED_ROWS:
            self._begin_to_sort()

    def in_order(self) -> Iterator[pl.DataFrame]:
        """All of them, once; frames that follow one another, none of them empty."""
        self._begin_to_sort()
        while self._sorting:
            self._take_sorted()
        stored = [ahead(_read(run.result())) for run in self._stored]
        in_memory = [run.iter_slices(PIECE_ROWS) for run in self._sorted]
        self._sorted = []
        for frame in ahead(merged([*stored, *in_memory])):
            self._heartbeat()
            yield frame

    def _begin_to_sort(self) -> None:
        if len(self._sorting) == _THREADS:
            self._take_sorted()
        if self._waiting:
            self._sorting.append(self._threads.submit(_by_email, self._waiting))
            self._waiting = []

    def _take_sorted(self) -> None:
        people = self._sorting.popleft().result()
        if _height(self._sorted) + people.height > MEMORY_ROWS:
            self._begin_to_store()
        self._sorted.append(people)

    def _begin_to_store(self) -> None:
        wait(self._stored)  # what is stored is in memory until then
        self._stored.append(self._threads.submit(_store, self._prefix, self._sorted))
        self._sorted = []


def _store(prefix: str, people: list[pl.DataFrame]) -> list[str]:
    """As one run; the names of its pieces. Packed: of files that large the disk is a limit, too."""
    pieces = _by_email(people).iter_slices(PIECE_ROWS)
    return [files.write_chunk(prefix, piece, compress=True) for piece in pieces]


def _read(names: list[str]) -> Iterator[pl.DataFrame]:
    for name in names:
        yield files.read_chunk(name)
        default_storage.delete(name)


def _height(frames: list[pl.DataFrame]) -> int:
    return sum(frame.height for frame in frames)


def _by_email(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """In order; frames that each are so already take a third of the time."""
    return pl.concat(frames).sort("email", maintain_order=True)
