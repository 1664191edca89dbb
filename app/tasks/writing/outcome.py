"""What became of the people of a chunk."""

from collections.abc import Mapping
from typing import TypedDict

import polars as pl

from tasks.writing import record_list

type Outcomes = Mapping[str, pl.Series]
"""By outcome (created, updated, unchanged, skipped) the records that have it, ascending."""


class Outcome(TypedDict, total=False):
    """A chunk's counts, and its packed lists of records that needed no writing."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    unchanged_records: bytes
    skipped_records: bytes


def tally(outcomes: Outcomes) -> Outcome:
    """The outcomes counted."""
    unchanged, skips = records_of("unchanged", outcomes), records_of("skipped", outcomes)
    return Outcome(
        created=records_of("created", outcomes).len(),
        updated=records_of("updated", outcomes).len(),
        unchanged=unchanged.len(),
        skipped=skips.len(),
        unchanged_records=record_list.pack(unchanged),
        skipped_records=record_list.pack(skips),
    )


def records_of(outcome: str, outcomes: Outcomes) -> pl.Series:
    """The records that have this outcome, ascending; perhaps none."""
    return outcomes.get(outcome, pl.Series(dtype=pl.Int64))


def with_outcome(outcome: str, outcomes: Outcomes, people: pl.DataFrame) -> pl.DataFrame:
    """Those of the people (by `record`) who have this outcome."""
    return people.filter(pl.col("record").is_in(records_of(outcome, outcomes).implode()))


def without_outcome(outcomes: Outcomes, people: pl.DataFrame) -> pl.DataFrame:
    """Those of the people who have no outcome yet."""
    done = pl.concat([pl.Series(dtype=pl.Int64), *outcomes.values()])
    return people.filter(~pl.col("record").is_in(done.implode()))


def combined(some: Outcomes, others: Outcomes) -> Outcomes:
    """Those of different records together."""
    return {
        outcome: pl.concat([records_of(outcome, some), records_of(outcome, others)]).sort()
        for outcome in {*some, *others}
    }
