"""The people of a file, gathered into chunk files; who stands in it twice is found at the end."""

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import polars as pl
from django.core.files.storage import default_storage

from tasks.pipeline import files
from tasks.pipeline.reading import rejects


@dataclass
class DraftChunk:
    """A stored chunk: `file` in the storage, `rows` many people in e-mail order.

    `passwords`: how many of them bring one that has to be hashed.
    """

    file: str
    rows: int
    passwords: int


class Draft:
    """What an attempt to plan has made of a file so far.

    `with Draft(...)`: chunks are sorted and written in a thread while the next ones are read.
    """

    def __init__(
        self, job_id: uuid.UUID, *, chunk_rows: int, show_life: Callable[[], None]
    ) -> None:
        """`show_life` is called at each step, so that a long one is not taken for a frozen one."""
        self.chunks: list[DraftChunk] = []
        self._show_life = show_life
        self._prefix = files.new_plan_prefix(job_id)
        self._chunk_rows = chunk_rows
        self._waiting: list[pl.DataFrame] = []
        self._waiting_rows = 0
        self._seen: list[pl.DataFrame] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="draft")
        self._writing: Future[DraftChunk] | None = None

    def __enter__(self) -> Self:
        """For ending the thread."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread."""
        self._thread.shutdown()

    def add(self, people: pl.DataFrame) -> None:
        """Those of one batch: see validate.check."""
        self._show_life()
        if people.is_empty():
            return
        self._seen.append(people.select("record", pl.col("email").hash().alias("hash")))
        self._waiting.append(people)
        self._waiting_rows += people.height
        while self._waiting_rows >= self._chunk_rows:
            self._write()

    def finish(self, refuse: Callable[[pl.DataFrame], None]) -> None:
        """Write what waits, and refuse later occurrences of an e-mail, a chunk at a time."""
        while self._waiting_rows:
            self._write()
        self._await_chunk()
        suspects = self._suspects()
        if suspects.is_empty():
            return
        firsts = self._firsts(suspects)
        kept = (self._without_repeated(chunk, firsts, refuse) for chunk in self.chunks)
        self.chunks = [chunk for chunk in kept if chunk]

    @property
    def people_rows(self) -> int:
        """How many people the chunks hold."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def passwords(self) -> int:
        """How many passwords they bring."""
        return sum(chunk.passwords for chunk in self.chunks)

    def _write(self) -> None:
        self._show_life()
        waiting = pl.concat(self._waiting)
        chunk, rest = waiting.head(self._chunk_rows), waiting.slice(self._chunk_rows)
        self._waiting, self._waiting_rows = [rest], rest.height
        self._await_chunk()
        self._writing = self._thread.submit(self._stored_in_order, chunk)

    def _await_chunk(self) -> None:
        if self._writing is not None:
            self.chunks.append(self._writing.result())
            self._writing = None

    def _stored_in_order(self, people: pl.DataFrame) -> DraftChunk:
        """By e-mail, so that two imports of the same people lock them in the same order."""
        return self._stored(people.sort("email"))

    def _stored(self, people: pl.DataFrame) -> DraftChunk:
        passwords = 0
        if "password" in people.columns:
            passwords = people.filter(pl.col("password") != "").height
        return DraftChunk(files.write_chunk(self._prefix, people), people.height, passwords)

    def _read(self, chunk: DraftChunk) -> pl.DataFrame:
        self._show_life()
        return files.read_chunk(chunk.file)

    def _suspects(self) -> pl.DataFrame:
        """Records whose e-mail's 64-bit hash another record has too: 16 bytes a row to know."""
        if not self._seen:
            return pl.DataFrame(schema={"record": pl.Int64})
        seen = pl.concat(self._seen)
        self._seen = []
        return seen.filter(pl.col("hash").is_duplicated()).select("record")

    def _firsts(self, suspects: pl.DataFrame) -> pl.DataFrame:
        """Of each e-mail among the suspects its first_record and first_line."""
        found = [
            _earliest(self._read(c).join(suspects, on="record", how="semi")) for c in self.chunks
        ]
        earliest = _earliest(pl.concat(found))
        return earliest.rename({"record": "first_record", "line": "first_line"})

    def _without_repeated(
        self, chunk: DraftChunk, firsts: pl.DataFrame, refuse: Callable[[pl.DataFrame], None]
    ) -> DraftChunk | None:
        """The chunk without later occurrences; None where nobody is left."""
        rows = self._read(chunk)
        joined = rows.join(firsts, on="email", how="inner")
        repeated = joined.filter(pl.col("record") > pl.col("first_record"))
        if repeated.is_empty():
            return chunk
        refuse(_as_refusals(repeated.sort("record")))
        default_storage.delete(chunk.file)
        kept = rows.join(repeated, on="record", how="anti", maintain_order="left")
        return None if kept.is_empty() else self._stored(kept)


def _earliest(rows: pl.DataFrame) -> pl.DataFrame:
    """The first record and line of each e-mail."""
    return rows.select("email", "record", "line").sort("record").unique("email", keep="first")


def _as_refusals(repeated: pl.DataFrame) -> pl.DataFrame:
    return repeated.select(
        "record",
        "line",
        pl.lit("email").alias("column"),
        pl.lit("duplicate_in_file").alias("code"),
        pl.col("first_line").cast(pl.String).alias("detail"),
        pl.col("email").str.slice(0, rejects.VALUE_MAX_LENGTH).alias("value"),
    )
