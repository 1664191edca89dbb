"""The rows of a chunk that are rejected while loading, because of the users who exist."""

from typing import Any, Final

import polars as pl
from django.conf import settings
from django.db.models import F, Sum

from tasks.lifecycle.rejected_rows import RejectedRows
from tasks.models import ImportChunk
from tasks.reading import rejections
from tasks.writing.outcome import REJECTED, Outcomes

_KEPT: Final = F("rejected") - F("left_out")


def store_rejected(chunk: ImportChunk, outcomes: Outcomes, rows: pl.DataFrame) -> dict[str, Any]:
    """Store the rejected rows in the current transaction, and return the chunk's fields about them.

    `rows` are the chunk's.
    """
    rejected = _rejected_rows(outcomes, rows, show_values=not chunk.job.has_secrets)
    if rejected.is_empty():
        return {}
    writer = RejectedRows(chunk.job_id, room=_room(chunk))
    writer.add(rejected)
    writer.write()
    return {
        "rejected": writer.rows,
        "left_out": writer.left_out,
        "rejections": dict(writer.by_code),
    }


def _room(chunk: ImportChunk) -> int:
    """Return how many rows may be kept. Chunks that are loaded at once may keep a few more."""
    job = chunk.job
    kept_by_plan = job.failed - job.left_out
    kept = job.chunks.aggregate(kept=Sum(_KEPT, default=0))["kept"]
    return max(0, settings.IMPORT_MAX_ROW_ERRORS - kept_by_plan - int(kept))


def _rejected_rows(outcomes: Outcomes, rows: pl.DataFrame, *, show_values: bool) -> pl.DataFrame:
    """Return the rejected rows in the order of the file, see rejections.SCHEMA."""
    found = outcomes.filter(pl.col("outcome").is_in(list(REJECTED))).join(rows, on="record")
    parts = [
        found.filter(pl.col("outcome") == code).select(
            "record",
            "line",
            pl.lit(column).alias("column"),
            pl.lit(code).alias("code"),
            pl.lit("").alias("detail"),
            _value(column, show_values=show_values),
        )
        for code, column in REJECTED.items()
        if column in rows.columns
    ]
    return pl.concat([pl.DataFrame(schema=rejections.SCHEMA), *parts]).sort("record")


def _value(column: str, *, show_values: bool) -> pl.Expr:
    value = pl.col(column) if show_values else pl.lit("")
    return value.str.slice(0, rejections.VALUE_MAX_LENGTH).alias("value")
