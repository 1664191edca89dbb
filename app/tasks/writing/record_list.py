"""Compressed lists of numbers: about a byte for each record that was not written."""

import zlib
from array import array
from itertools import accumulate

import polars as pl


def compress(numbers: pl.Series) -> bytes:
    """Return numbers as compressed differences of neighbours, which are small in sorted lists."""
    steps = array("q", (numbers - numbers.shift(1, fill_value=0)).to_list())
    return zlib.compress(steps.tobytes(), level=1)


def decompress(compressed: bytes) -> list[int]:
    """Return the numbers that `compress` was called with."""
    steps = array("q")
    if compressed:
        steps.frombytes(zlib.decompress(compressed))
    return list(accumulate(steps))
