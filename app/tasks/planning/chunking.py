"""Chunk files: the users of a file, in e-mail order over the whole file, each user once.

So each chunk is loaded into a part of the e-mail index that no other chunk uses.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from tasks import files
from tasks.planning.duplicates import Duplicates
from tasks.planning.runs import Runs
from tasks.reading.ahead import wait_for
from users_uc.passwords.notations import BARE

_WRITERS = 2


@dataclass(frozen=True)
class StoredChunk:
    """A stored chunk: its `file` in the storage and its number of `rows`.

    `passwords` is the number of plain passwords and bare digests, which the load hashes.
    """

    file: str
    rows: int
    passwords: int


def write_chunks(
    batches: Iterable[pl.DataFrame],
    prefix: str,
    *,
    chunk_rows: int,
    hashed_chunk_rows: int,
    reject: Callable[[pl.DataFrame], None],
    show_values: bool,
    heartbeat: Callable[[], None],
) -> list[StoredChunk]:
    """Store the users of all batches (see validate.check) in chunks of `chunk_rows` below `prefix`.

    A chunk with passwords that the load hashes has at most `hashed_chunk_rows`.
    `reject` is called with the later rows of the same e-mail address (see rejections.SCHEMA), which
    show the address if `show_values`. `heartbeat` is called at each step and in waits, so that a
    long plan does not look stalled.
    """
    with Runs(prefix, heartbeat=heartbeat) as runs:
        for users in batches:
            runs.add(users)
        unique = _without_duplicates(runs.in_order(), Duplicates(show_values=show_values), reject)
        resized = _resize(unique, chunk_rows, hashed_rows=min(chunk_rows, hashed_chunk_rows))
        return list(_store_all(resized, prefix, heartbeat))


def _without_duplicates(
    frames: Iterable[pl.DataFrame], duplicates: Duplicates, reject: Callable[[pl.DataFrame], None]
) -> Iterator[pl.DataFrame]:
    for frame in frames:
        firsts, rejected = duplicates.split(frame)
        reject(rejected)
        yield firsts


def _resize(
    frames: Iterable[pl.DataFrame], rows: int, *, hashed_rows: int
) -> Iterator[pl.DataFrame]:
    """Yield the same rows in frames of `rows` rows, or `hashed_rows` if some have to be hashed.

    Only the last frame may be smaller.
    """
    rest = pl.DataFrame()
    for frame in frames:
        rest = frame if rest.is_empty() else pl.concat([rest, frame])
        while rest.height >= (size := _size(rest, rows, hashed_rows)):
            yield rest.head(size)
            rest = rest.slice(size)
    while not rest.is_empty():
        size = _size(rest, rows, hashed_rows)
        yield rest.head(size)
        rest = rest.slice(size)


def _size(users: pl.DataFrame, rows: int, hashed_rows: int) -> int:
    return hashed_rows if _passwords(users.head(rows)) else rows


def _passwords(users: pl.DataFrame) -> int:
    """Return the number of passwords and digests that the load hashes."""
    if "password" in users.columns:
        return users.filter(pl.col("password") != "").height
    if "password_hash" in users.columns:
        return users.filter(pl.col("password_hash").str.starts_with(BARE)).height
    return 0


def _store_all(
    chunks: Iterable[pl.DataFrame], prefix: str, heartbeat: Callable[[], None]
) -> Iterator[StoredChunk]:
    """Store the chunks in threads: to gather a chunk's rows from the whole file takes CPU time."""
    writing = deque[Future[StoredChunk]]()
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="chunks") as threads:
        for chunk in chunks:
            heartbeat()
            writing.append(threads.submit(_store, prefix, chunk))
            if len(writing) > _WRITERS:
                yield wait_for(writing.popleft(), heartbeat=heartbeat)
        while writing:
            yield wait_for(writing.popleft(), heartbeat=heartbeat)


def _store(prefix: str, users: pl.DataFrame) -> StoredChunk:
    return StoredChunk(files.write_chunk(prefix, users), users.height, _passwords(users))
