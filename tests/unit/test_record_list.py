"""Compressed lists of record numbers."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasks.writing.record_list import compress, decompress


@given(st.sets(st.integers(1, 2**40)).map(sorted))
def test_record_numbers_are_restored(records: list[int]) -> None:
    assert decompress(compress(pl.Series(records, dtype=pl.Int64))) == records


def test_an_empty_value_has_no_records() -> None:
    assert decompress(b"") == []


def test_a_million_records_take_kilobytes() -> None:
    assert len(compress(pl.Series(range(1, 1_000_001)))) < 50_000
