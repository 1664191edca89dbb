"""The outcomes of a chunk: the result of loading for each of its rows."""

from io import BytesIO
from typing import Final, TypedDict

import polars as pl

from tasks.writing import record_list
from tasks.writing.attributes import MISSING

type Outcomes = pl.DataFrame
"""A row for each record, see SCHEMA."""

SCHEMA: Final = {
    "record": pl.Int64,
    "outcome": pl.String,
    "user_id": pl.Int64,
    "changed": pl.String,
}
"""`outcome` is created, updated, unchanged, skipped, stays_inactive or a code of REJECTED.

A record that `stays_inactive` counts as skipped: its user has deactivated the account. `user_id` is
null for a rejected record and for a user whom a dry run would create. `changed` has the old and the
new values of an updated user, see comparison.py.
"""
REJECTED: Final = ("conflicting_identity", "email_taken", "missing_attribute", "invalid_attribute")
"""The codes of rows that are rejected while loading, see rejecting.py."""


class Outcome(TypedDict, total=False):
    """The counts of a chunk, and what its rows are known by later.

    The lists of records are those of record_list.py. `user_ids` has one id for each row of the
    chunk, 0 for none, and `changes` the records of updated users with `changed`.
    """

    created: int
    updated: int
    unchanged: int
    skipped: int
    stays_inactive: int
    unchanged_records: bytes
    skipped_records: bytes
    stays_inactive_records: bytes
    rejected_records: bytes
    user_ids: bytes
    changes: bytes


def tally(outcomes: Outcomes, rows: pl.DataFrame) -> Outcome:
    """Return the counts and lists of the outcomes of a chunk's rows."""
    inactive = records_of(outcomes, "stays_inactive")
    skipped = records_of(outcomes, "skipped", "stays_inactive")
    unchanged = records_of(outcomes, "unchanged")
    return Outcome(
        created=records_of(outcomes, "created").len(),
        updated=records_of(outcomes, "updated").len(),
        unchanged=unchanged.len(),
        skipped=skipped.len(),
        stays_inactive=inactive.len(),
        unchanged_records=record_list.compress(unchanged),
        skipped_records=record_list.compress(skipped),
        stays_inactive_records=record_list.compress(inactive),
        rejected_records=record_list.compress(records_of(outcomes, *REJECTED)),
        user_ids=record_list.compress(_user_ids(outcomes, rows)),
        changes=_changes(outcomes),
    )


def _user_ids(outcomes: Outcomes, rows: pl.DataFrame) -> pl.Series:
    known = outcomes.filter(~pl.col("outcome").is_in(REJECTED)).select("record", "user_id")
    joined = rows.select("record").join(known, on="record", how="left", maintain_order="left")
    return joined["user_id"].fill_null(0)


def _changes(outcomes: Outcomes) -> bytes:
    changes = outcomes.filter(pl.col("changed").is_not_null()).select("record", "changed")
    if changes.is_empty():
        return b""
    buffer = BytesIO()
    changes.sort("record").write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def read_changes(stored: bytes) -> pl.DataFrame:
    """Return the records of updated users with `changed`, from the `changes` of a chunk."""
    if not stored:
        return pl.DataFrame(schema={"record": pl.Int64, "changed": pl.String})
    return pl.read_ipc(BytesIO(stored))


def records_of(outcomes: Outcomes, *names: str) -> pl.Series:
    """Return the records with one of these outcomes, in ascending order."""
    return outcomes.filter(pl.col("outcome").is_in(names))["record"].sort()


def reject_incomplete(outcomes: Outcomes, users: pl.DataFrame) -> Outcomes:
    """Return the outcomes, with `missing_attribute` for new users without a required attribute."""
    if MISSING not in users.columns:
        return outcomes
    incomplete = users.filter(pl.col(MISSING).is_not_null())["record"]
    is_rejected = (pl.col("outcome") == "created") & pl.col("record").is_in(incomplete.implode())
    rejected = pl.when(is_rejected).then(pl.lit("missing_attribute")).otherwise("outcome")
    return outcomes.with_columns(rejected.alias("outcome"))


def with_outcome(name: str, outcomes: Outcomes, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users whose `record` has this outcome."""
    return with_records(users, records_of(outcomes, name))


def without_outcome(outcomes: Outcomes, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users whose `record` has no outcome yet."""
    return users.filter(~pl.col("record").is_in(outcomes["record"].implode()))


def with_records(rows: pl.DataFrame, records: pl.Series) -> pl.DataFrame:
    """Return the rows with one of these records."""
    return rows.filter(pl.col("record").is_in(records.implode()))


def created(users: pl.DataFrame) -> Outcomes:
    """Return the outcomes of users who were created with the ids in `id`."""
    return users.select(
        "record",
        pl.lit("created").alias("outcome"),
        pl.col("id").alias("user_id"),
        pl.lit(None, pl.String).alias("changed"),
    )
