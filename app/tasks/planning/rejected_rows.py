"""The rejected rows of a plan, written in parts so that a million of them do not fill memory."""

import uuid
from collections import Counter

import polars as pl

from core.postgres.copy import copy_buffer, copy_into, with_constant
from tasks.models import ImportRowError
from tasks.reading import rejections

_AT_ONCE = 20_000


class RejectedRows:
    """A writer of rejected rows to their table, in the caller's transaction."""

    def __init__(self, job_id: uuid.UUID) -> None:
        self.by_code = Counter[str]()
        self._job_id = job_id
        self._waiting: list[pl.DataFrame] = []

    def add(self, rejected: pl.DataFrame) -> None:
        """Add rows (see rejections.SCHEMA), and write those that wait if they are many."""
        if rejected.is_empty():
            return
        self.by_code.update(dict(rejected["code"].value_counts().iter_rows()))
        self._waiting.append(rejected)
        if sum(frame.height for frame in self._waiting) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write the rows that wait. Call this after the last `add`."""
        if not self._waiting:
            return
        rows = with_constant(pl.concat(self._waiting), "job_id", self._job_id)
        self._waiting = []
        buffers = map(copy_buffer, rows.iter_slices(_AT_ONCE))
        copy_into(ImportRowError._meta.db_table, [*rejections.SCHEMA, "job_id"], buffers)

    @property
    def rows(self) -> int:
        return self.by_code.total()
