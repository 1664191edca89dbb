"""The mode create, for a chunk of which some users exist: these are skipped."""

import polars as pl

from tasks.writing import newcomers
from tasks.writing.comparison import compare
from tasks.writing.outcome import Outcomes, combine, records_of, with_outcome
from tasks.writing.staging import stage


def create(users: pl.DataFrame) -> Outcomes:
    """Insert the new users in the current transaction and return the outcomes.

    `users`: record, then columns of the users table; see staging.NEW_USER_DEFAULTS about nulls.
    """
    stage(users.select("record", "email"))
    compared = compare("create", ["email"])
    inserted = newcomers.insert(with_outcome("created", compared, users))
    return combine(
        {"skipped": records_of("skipped", compared)},
        {"created": records_of("created", inserted), "skipped": records_of("late", inserted)},
    )
