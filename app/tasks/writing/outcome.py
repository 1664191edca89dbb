"""The outcomes of a chunk: what loading did with each user."""

from collections.abc import Mapping
from typing import TypedDict

import polars as pl

from tasks.writing import record_list

type Outcomes = Mapping[str, pl.Series]
"""The records of each outcome (created, updated, unchanged, skipped), in ascending order.

A record of `stays_inactive` counts as skipped: its user has deactivated the account.
"""


class Outcome(TypedDict, total=False):
    """The counts of a chunk, and the compressed lists (see record_list.py) of rows not written."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    stays_inactive: int
    unchanged_records: bytes
    skipped_records: bytes
    stays_inactive_records: bytes


def tally(outcomes: Outcomes) -> Outcome:
    """Return the counts and lists of the outcomes."""
    unchanged, inactive = (records_of(name, outcomes) for name in ("unchanged", "stays_inactive"))
    skipped = pl.concat([records_of("skipped", outcomes), inactive]).sort()
    return Outcome(
        created=records_of("created", outcomes).len(),
        updated=records_of("updated", outcomes).len(),
        unchanged=unchanged.len(),
        skipped=skipped.len(),
        stays_inactive=inactive.len(),
        unchanged_records=record_list.compress(unchanged),
        skipped_records=record_list.compress(skipped),
        stays_inactive_records=record_list.compress(inactive),
    )


def records_of(outcome: str, outcomes: Outcomes) -> pl.Series:
    """Return the records with this outcome, in ascending order; the series may be empty."""
    return outcomes.get(outcome, pl.Series(dtype=pl.Int64))


def with_outcome(outcome: str, outcomes: Outcomes, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users whose `record` has this outcome."""
    return users.filter(pl.col("record").is_in(records_of(outcome, outcomes).implode()))


def without_outcome(outcomes: Outcomes, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users whose `record` has no outcome yet."""
    done = pl.concat([pl.Series(dtype=pl.Int64), *outcomes.values()])
    return users.filter(~pl.col("record").is_in(done.implode()))


def combine(first: Outcomes, second: Outcomes) -> Outcomes:
    """Return the outcomes of different records together."""
    return {
        outcome: pl.concat([records_of(outcome, first), records_of(outcome, second)]).sort()
        for outcome in {*first, *second}
    }
