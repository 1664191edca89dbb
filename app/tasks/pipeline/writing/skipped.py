"""Record numbers of rows that needed no writing, packed: a million of them in some kilobytes."""

import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate


def pack(records: Iterable[int]) -> bytes:
    """Ascending record numbers as compressed steps from one to the next."""
    steps = array("Q")
    before = 0
    for record in records:
        steps.append(record - before)
        before = record
    return zlib.compress(steps.tobytes(), level=1)


def unpack(packed: bytes) -> list[int]:
    """What `pack` was given."""
    steps = array("Q")
    if packed:
        steps.frombytes(zlib.decompress(packed))
    return list(accumulate(steps))
