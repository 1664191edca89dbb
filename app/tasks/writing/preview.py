"""The dry run of a chunk: what loading would do at this moment, by a query that only reads."""

import polars as pl

from tasks.options import Options
from tasks.writing.comparison import columns_of, compare
from tasks.writing.outcome import SCHEMA, Outcomes
from tasks.writing.staging import stage


def preview(rows: pl.DataFrame, options: Options) -> Outcomes:
    """Return the outcomes of loading a chunk's rows (see planning/chunking.py)."""
    columns = columns_of(rows, options)
    stage(rows.select("record", *columns))
    return compare(options, columns).select(*SCHEMA)
