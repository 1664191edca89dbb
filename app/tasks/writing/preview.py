"""The dry run of a chunk: what loading would do at this moment, by a query that only reads."""

import polars as pl

from tasks.options import Options
from tasks.writing.comparison import columns_of, compare
from tasks.writing.outcome import SCHEMA, Outcomes, reject_incomplete
from tasks.writing.staging import for_existing, stage


def preview(rows: pl.DataFrame, options: Options) -> Outcomes:
    """Return the outcomes of loading a chunk's rows (see attributes.with_documents)."""
    columns = columns_of(rows, options)
    stage(for_existing(rows, columns))
    return reject_incomplete(compare(options, columns), rows).select(*SCHEMA)
