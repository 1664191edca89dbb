"""dry_run: what loading a chunk would do at this moment, by a query that only reads."""

import polars as pl

from tasks.options import Mode
from tasks.reading.header import SECRETS
from tasks.writing.comparison import compare
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import stage


def preview(rows: pl.DataFrame, mode: Mode) -> Outcomes:
    """`rows` as draft.py writes them."""
    people = rows.drop("line", *SECRETS, strict=False)
    stage(people)
    return compare(mode, people.columns)
