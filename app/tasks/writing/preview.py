"""The dry run of a chunk: what loading would do at this moment, by a query that only reads."""

import polars as pl

from tasks.options import Mode
from tasks.reading.header_columns import SECRETS
from tasks.writing.comparison import compare
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import stage


def preview(rows: pl.DataFrame, mode: Mode) -> Outcomes:
    """Return the outcomes of loading a chunk's rows (see planning/chunking.py)."""
    users = rows.drop("line", *SECRETS, strict=False)
    stage(users)
    return compare(mode, users.columns)
