"""The merge of several runs in e-mail order into one. Imports no Django."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import polars as pl


def merged(runs: Iterable[Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """Merge runs of frames in e-mail order into one such run, without empty frames.

    If runs share an e-mail address, the rows of the first such run come first.
    """
    heads = [head for head in map(_Head, runs) if head.has_rows]
    while heads:
        # Up to this e-mail address, each run is in memory, except for more rows of that address.
        bound = min(head.last for head in heads)
        yield pl.concat([head.take(bound) for head in heads]).sort("email", maintain_order=True)
        heads = [head for head in heads if head.has_rows]


class _Head:
    """The part of a run that is in memory."""

    def __init__(self, pieces: Iterator[pl.DataFrame]) -> None:
        self._pieces = pieces
        self._rows = next(pieces, pl.DataFrame())

    @property
    def has_rows(self) -> bool:
        return not self._rows.is_empty()

    @property
    def last(self) -> str:
        return str(self._rows["email"][-1])

    def take(self, bound: str) -> pl.DataFrame:
        """Remove and return the rows up to this e-mail address."""
        count = bisect_right(self._rows["email"], bound)
        rows, self._rows = self._rows.head(count), self._rows.slice(count)
        if self._rows.is_empty():
            self._rows = next(self._pieces, self._rows)
        return rows
