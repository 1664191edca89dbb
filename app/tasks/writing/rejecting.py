"""The rows of a chunk that are rejected while loading, because of the users who exist."""

from typing import Any, Final

import polars as pl
from django.conf import settings
from django.db.models import F, Sum

from tasks.lifecycle.rejected_rows import RejectedRows
from tasks.models import ImportChunk
from tasks.reading import rejections
from tasks.reading.header_rules import ATTRIBUTE
from tasks.writing.attributes import ATTRIBUTES, MISSING
from tasks.writing.outcome import REJECTED, Outcomes
from users_uc.attributes.values import Fault

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
    found = outcomes.filter(pl.col("outcome").is_in(REJECTED)).join(rows, on="record")
    parts = [pl.DataFrame(schema=rejections.SCHEMA)]
    for (code,), some in found.group_by("outcome"):
        column, detail, value = _cause(str(code))
        shown = value if show_values else pl.lit("")
        parts.append(
            some.select(
                "record",
                "line",
                column.alias("column"),
                pl.lit(code).alias("code"),
                pl.lit(detail).alias("detail"),
                shown.str.slice(0, rejections.VALUE_MAX_LENGTH).alias("value"),
            )
        )
    return pl.concat(parts).sort("record")


def _cause(code: str) -> tuple[pl.Expr, str, pl.Expr]:
    """Return the column of the error, its detail and the value of the cell."""
    match code:
        case "missing_attribute":
            return pl.concat_str(pl.lit(ATTRIBUTE), pl.col(MISSING)), "", pl.lit("")
        case "invalid_attribute":
            return pl.lit(ATTRIBUTES), Fault.TOO_LARGE, pl.lit("")
    column = "email" if code == "email_taken" else "external_id"
    return pl.lit(column), "", pl.col(column)
