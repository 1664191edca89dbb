"""mode=create where some of the people exist: these are skipped."""

import polars as pl

from tasks.writing import newcomers
from tasks.writing.comparison import compare
from tasks.writing.outcome import Outcomes, combined, records_of, with_outcome
from tasks.writing.staging import stage


def create(people: pl.DataFrame) -> Outcomes:
    """Insert who is new, in the current transaction.

    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    stage(people.select("record", "email"))
    found = compare("create", ["email"])
    added = newcomers.add(with_outcome("created", found, people))
    return combined(
        {"skipped": records_of("skipped", found)},
        {"created": records_of("created", added), "skipped": records_of("late", added)},
    )
