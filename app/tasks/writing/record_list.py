"""Compressed lists of the records that were not written: about a byte for each record."""

import zlib
from array import array
from itertools import accumulate

import polars as pl


def compress(records: pl.Series) -> bytes:
    """Return ascending record numbers as compressed differences of neighbours."""
    steps = array("Q", (records - records.shift(1, fill_value=0)).to_list())
    return zlib.compress(steps.tobytes(), level=1)


def decompress(compressed: bytes) -> list[int]:
    """Return the record numbers that `compress` was called with."""
    steps = array("Q")
    if compressed:
        steps.frombytes(zlib.decompress(compressed))
    return list(accumulate(steps))
