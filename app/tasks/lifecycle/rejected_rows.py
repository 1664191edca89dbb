"""Writing of rejected rows to their table, in batches so that memory stays bounded."""

import uuid
from collections import Counter

import polars as pl

from core.postgres.copy import copy_buffer, copy_into, with_constant
from tasks.models import ImportRowError
from tasks.reading import rejections

_AT_ONCE = 20_000


class RejectedRows:
    """A writer of rejected rows to their table, in the caller's transaction.

    It counts all rows, and keeps the first ones, as many as there is room for. A small compressed
    file can have millions.
    """

    def __init__(self, job_id: uuid.UUID, *, room: int) -> None:
        self.by_code = Counter[str]()
        self.left_out = 0
        self._room = room
        self._job_id = job_id
        self._waiting: list[bytes] = []
        self._waiting_rows = 0

    def add(self, rejected: pl.DataFrame) -> None:
        """Add rows (see rejections.SCHEMA), and write those that wait if they are many."""
        if rejected.is_empty():
            return
        self.by_code.update(dict(rejected["code"].value_counts().iter_rows()))
        kept = rejected.head(self._room)
        self._room -= kept.height
        self.left_out += rejected.height - kept.height
        for some in kept.iter_slices(_AT_ONCE):
            rows = with_constant(some.select(*rejections.SCHEMA), "job_id", self._job_id)
            # As bytes: as a frame, a few rows would keep all texts of their batch in memory.
            self._waiting.append(copy_buffer(rows))
            self._waiting_rows += some.height
            if self._waiting_rows >= _AT_ONCE:
                self.write()

    def write(self) -> None:
        """Write the rows that wait. Call this after the last `add`."""
        if not self._waiting:
            return
        buffers, self._waiting, self._waiting_rows = self._waiting, [], 0
        copy_into(ImportRowError._meta.db_table, [*rejections.SCHEMA, "job_id"], buffers)

    @property
    def rows(self) -> int:
        """Return the number of rows, also of those that were left out."""
        return self.by_code.total()
