"""The people of a file in chunk files: in e-mail order over the whole file, each person once.

So every chunk is loaded into a part of the e-mail's index that no other chunk has.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from tasks import files
from tasks.planning.duplicates import Duplicates
from tasks.planning.runs import Runs

_WRITERS = 2


@dataclass(frozen=True)
class StoredChunk:
    """A stored chunk: `file` in the storage, `rows` many people in e-mail order.

    `passwords`: how many of them bring one that has to be hashed.
    """

    file: str
    rows: int
    passwords: int


def write_chunks(
    batches: Iterable[pl.DataFrame],
    prefix: str,
    *,
    chunk_rows: int,
    reject: Callable[[pl.DataFrame], None],
    show_values: bool,
    heartbeat: Callable[[], None],
) -> list[StoredChunk]:
    """The people of all batches (see validate.check) stored in chunks of `chunk_rows` at `prefix`.

    `refuse` is given later occurrences of an e-mail, with it if `show_values`. `show_life` is
    called at each step, so that a long one is not taken for a frozen one.
    """
    with Runs(prefix, heartbeat=heartbeat) as runs:
        for people in batches:
            runs.add(people)
        firsts = _firsts(runs.in_order(), Duplicates(show_values=show_values), reject)
        return list(_written(_of_size(firsts, chunk_rows), prefix, heartbeat))


def _firsts(
    frames: Iterable[pl.DataFrame], duplicates: Duplicates, reject: Callable[[pl.DataFrame], None]
) -> Iterator[pl.DataFrame]:
    for frame in frames:
        firsts, rejected = duplicates.split(frame)
        reject(rejected)
        yield firsts


def _of_size(frames: Iterable[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of so many; the last one has what is left, if anything."""
    waiting = pl.DataFrame()
    for frame in frames:
        waiting = frame if waiting.is_empty() else pl.concat([waiting, frame])
        while waiting.height >= rows:
            yield waiting.head(rows)
            waiting = waiting.slice(rows)
    if not waiting.is_empty():
        yield waiting


def _written(
    chunks: Iterable[pl.DataFrame], prefix: str, heartbeat: Callable[[], None]
) -> Iterator[StoredChunk]:
    """In threads, since to gather a chunk's rows from all over the file takes a core's time."""
    writing = deque[Future[StoredChunk]]()
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="chunks") as threads:
        for chunk in chunks:
            heartbeat()
            writing.append(threads.submit(_stored, prefix, chunk))
            if len(writing) > _WRITERS:
                yield writing.popleft().result()
        while writing:
            yield writing.popleft().result()


def _stored(prefix: str, people: pl.DataFrame) -> StoredChunk:
    passwords = 0
    if "password" in people.columns:
        passwords = people.filter(pl.col("password") != "").height
    return StoredChunk(files.write_chunk(prefix, people), people.height, passwords)
