"""The result of fast reading; see table.py."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Tokens:
    """The rows of a block with `height` lines and `records` records; blank lines are no records.

    `rows`: Int64 record and line, counted from 0, and a String column for each field of the header.
    `rejected`: see rejections.SCHEMA; record and line are counted from 0 too.
    """

    height: int
    records: int
    rows: pl.DataFrame
    rejected: pl.DataFrame
