"""dry_run: what loading a chunk would do at this moment, by a query that only reads."""

import polars as pl
from psycopg import sql

from tasks.pipeline.options import Mode
from tasks.pipeline.reading.header import SECRETS
from tasks.pipeline.writing.comparison import compared
from tasks.pipeline.writing.outcome import Outcomes
from tasks.pipeline.writing.staging import ask, stage


def preview(rows: pl.DataFrame, mode: Mode) -> Outcomes:
    """`rows` as draft.py writes them."""
    people = rows.drop("line", *SECRETS, strict=False)
    stage(people)
    query = sql.SQL("SELECT record, outcome FROM ({}) AS compared ORDER BY record")
    return ask(query.format(compared(mode, people.columns)))
