"""What a block of lines holds. Knows no Django."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Tokens:
    """Of `height` lines with `records` many records: their cells, or why they have no sound ones.

    `rows`: Int64 record and line, counted from 0, and a String column for each of the header's.
    `misfits`: see rejections.SCHEMA; record and line count from 0 too.
    """

    height: int
    records: int
    rows: pl.DataFrame
    rejected: pl.DataFrame
