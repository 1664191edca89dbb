"""Chunk files: the users of a file, in the order of a key over the whole file, each user once.

The key is the e-mail address, or the external id with `match=external_id`. So each chunk is loaded
into a part of the index that no other chunk uses.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import polars as pl

from core.storage.base import file_storage
from tasks import files
from tasks.planning.duplicates import Duplicates, Key, Repeated
from tasks.planning.runs import Runs
from tasks.planning.width import fewer_if_wide
from tasks.reading.ahead import wait_for
from tasks.reading.header_rules import SECRETS
from users_uc.passwords.notations import BARE

_WRITERS = 2
_INDEX: Final = ("record", "line", "email", "external_id")


@dataclass(frozen=True)
class StoredChunk:
    """A stored chunk: its `file` and its `index` in the storage, and its number of `rows`.

    The index says which rows these are: their record, line, email and external_id. `passwords` is
    the number of plain passwords and bare digests, which the load hashes.
    """

    file: str
    index: str
    rows: int
    passwords: int


def write_chunks(
    batches: Iterable[pl.DataFrame],
    prefix: str,
    *,
    keys: Sequence[Key],
    chunk_rows: int,
    hashed_chunk_rows: int,
    reject: Callable[[pl.DataFrame, Key], None],
    heartbeat: Callable[[], None],
) -> list[StoredChunk]:
    """Store the users of all batches (see validate.check) in chunks of `chunk_rows` below `prefix`.

    They are in the order of the first of the `keys`. A chunk with passwords that the load hashes
    has at most `hashed_chunk_rows`. `reject` is called with the later rows of the same value of a
    key, see Duplicates.split. `heartbeat` is called at each step and in waits, so that a long plan
    does not look stalled.
    """
    with ExitStack() as stack:
        sorters = [stack.enter_context(Runs(prefix, k.column, heartbeat=heartbeat)) for k in keys]
        _sort(batches, sorters, keys)
        unique = _without_duplicates(sorters, keys, reject)
        resized = _resize(unique, chunk_rows, hashed_rows=min(chunk_rows, hashed_chunk_rows))
        return list(_store_all(resized, prefix, heartbeat))


def _sort(batches: Iterable[pl.DataFrame], sorters: Sequence[Runs], keys: Sequence[Key]) -> None:
    """Sort the users by the first key, and those with a value of the second key by it."""
    for users in batches:
        sorters[0].add(users)
        for sorter, key in zip(sorters[1:], keys[1:], strict=True):
            sorter.add(users.select("record", "line", key.column).drop_nulls())


def _without_duplicates(
    sorters: Sequence[Runs],
    keys: Sequence[Key],
    reject: Callable[[pl.DataFrame, Key], None],
) -> Iterator[pl.DataFrame]:
    filters: list[Duplicates | Repeated] = [Duplicates(keys[0])]
    for sorter, key in zip(sorters[1:], keys[1:], strict=True):
        filters.append(Repeated(key, sorter.in_order()))
    for frame in sorters[0].in_order():
        firsts = frame
        for one, key in zip(filters, keys, strict=True):
            firsts, repeated = one.split(firsts)
            reject(repeated, key)
        yield firsts


def _resize(
    frames: Iterable[pl.DataFrame], rows: int, *, hashed_rows: int
) -> Iterator[pl.DataFrame]:
    """Yield the same rows in frames of `rows` rows, or `hashed_rows` if some have to be hashed.

    Frames with many columns have fewer rows. Only the last frame may be smaller.
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
    rows = fewer_if_wide(rows, columns=users.width)
    return min(rows, hashed_rows) if _passwords(users.head(rows)) else rows


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
    chunk = files.write_chunk(prefix, users)
    # A store has the chunk compressed. To keep it until the import expires costs less than to send
    # a second file. A chunk with passwords is not kept.
    is_index = file_storage().is_remote and set(SECRETS).isdisjoint(users.columns)
    index = chunk if is_index else _store_index(prefix, users)
    return StoredChunk(chunk, index, users.height, _passwords(users))


def _store_index(prefix: str, users: pl.DataFrame) -> str:
    index = users.select(column for column in _INDEX if column in users.columns)
    return files.write_chunk(f"{prefix}/{files.INDEX}", index, compress=True)
