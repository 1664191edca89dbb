"""Several runs in e-mail order as one. Knows no Django."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import polars as pl


def merged(runs: Iterable[Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """Frames in e-mail order, of each run and so of the result; none of the result is empty.

    Of one e-mail, the first row of the first run that has any comes first.
    """
    heads = [head for head in map(_Head, runs) if head.is_left]
    while heads:
        # No run has anything up to here that is not in memory, but for more of the same e-mail.
        bound = min(head.last for head in heads)
        yield pl.concat([head.taken(bound) for head in heads]).sort("email", maintain_order=True)
        heads = [head for head in heads if head.is_left]


class _Head:
    """The part of a run that is in memory."""

    def __init__(self, pieces: Iterator[pl.DataFrame]) -> None:
        self._pieces = pieces
        self._rows = next(pieces, pl.DataFrame())

    @property
    def is_left(self) -> bool:
        """Whether there is more."""
        return not self._rows.is_empty()

    @property
    def last(self) -> str:
        """Its highest e-mail."""
        return str(self._rows["email"][-1])

    def taken(self, bound: str) -> pl.DataFrame:
        """Its rows up to this e-mail, which are then gone."""
        count = bisect_right(self._rows["email"], bound)
        rows, self._rows = self._rows.head(count), self._rows.slice(count)
        if self._rows.is_empty():
            self._rows = next(self._pieces, self._rows)
        return rows
