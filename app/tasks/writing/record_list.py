"""Record numbers of rows that needed no writing, packed: about a byte each."""

import zlib
from array import array
from itertools import accumulate

import polars as pl


def pack(records: pl.Series) -> bytes:
    """Ascending record numbers as compressed steps from one to the next."""
    steps = array("Q", (records - records.shift(1, fill_value=0)).to_list())
    return zlib.compress(steps.tobytes(), level=1)


def unpack(packed: bytes) -> list[int]:
    """What `pack` was given."""
    steps = array("Q")
    if packed:
        steps.frombytes(zlib.decompress(packed))
    return list(accumulate(steps))
