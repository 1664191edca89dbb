"""The merge of several sorted runs into one. Imports no Django."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import polars as pl


def merged(runs: Iterable[Iterator[pl.DataFrame]], key: str) -> Iterator[pl.DataFrame]:
    """Merge runs of frames in the order of the column `key` into one such run.

    No frame of the result is empty. If runs share a value, the rows of the first such run come
    first.
    """
    heads = [head for head in (_Head(run, key) for run in runs) if head.has_rows]
    while heads:
        # Up to this value, each run is in memory, except for more rows of that value.
        bound = min(head.last for head in heads)
        yield pl.concat([head.take(bound) for head in heads]).sort(key, maintain_order=True)
        heads = [head for head in heads if head.has_rows]


class _Head:
    """The part of a run that is in memory."""

    def __init__(self, pieces: Iterator[pl.DataFrame], key: str) -> None:
        self._pieces, self._key = pieces, key
        self._rows = next(pieces, pl.DataFrame())

    @property
    def has_rows(self) -> bool:
        return not self._rows.is_empty()

    @property
    def last(self) -> str:
        return str(self._rows[self._key][-1])

    def take(self, bound: str) -> pl.DataFrame:
        """Remove and return the rows up to this value."""
        count = bisect_right(self._rows[self._key], bound)
        rows, self._rows = self._rows.head(count), self._rows.slice(count)
        if self._rows.is_empty():
            self._rows = next(self._pieces, self._rows)
        return rows
