"""The result of each row of an import as a CSV file, in the order of the uploaded file."""

from collections.abc import Collection, Iterator
from typing import Final

import polars as pl
from django.core.files.storage import default_storage

from core.frames import compacted
from core.postgres.release import release_connection
from tasks import files
from tasks.codes import FileError
from tasks.models import ImportChunk, ImportJob
from tasks.reading.spreadsheet import RISKY
from tasks.writing import record_list
from tasks.writing.outcome import read_changes

OUTCOMES: Final = ("created", "updated", "unchanged", "skipped", "rejected", "not_loaded")
SCHEMA: Final = {
    "line": pl.Int64,
    "record": pl.Int64,
    "email": pl.String,
    "external_id": pl.String,
    "user_id": pl.Int64,
    "outcome": pl.String,
    "error_code": pl.String,
    "changed": pl.String,
}
_WINDOW: Final = 100_000
"""Rows in memory at a time, whatever the size of the job. Each window reads every chunk."""
_ROWS_AT_ONCE: Final = 2_000


def has_results(job: ImportJob) -> bool:
    """Return whether the results are kept. Earlier versions of the service did not keep them."""
    return not job.chunks.filter(index="").exists()


def results(job: ImportJob, include: Collection[str]) -> Iterator[bytes]:
    """Return the bytes of the file in UTF-8 with a byte order mark. `include` has some of OUTCOMES.

    Raises `FileError` at the call if a stored file is missing, not in the middle of an answer.
    """
    for name in job.chunks.values_list("index", flat=True):
        if not default_storage.exists(name):
            raise FileError("file_missing")
    return _blocks(job, include)


def _blocks(job: ImportJob, include: Collection[str]) -> Iterator[bytes]:
    yield f"\ufeff{','.join(SCHEMA)}\r\n".encode()
    for first in range(1, (job.rows or 0) + 1, _WINDOW):
        window = _window(job, first, first + _WINDOW)
        shown = window.filter(pl.col("outcome").is_in(list(include))).sort("record")
        release_connection()
        for rows in shown.iter_slices(_ROWS_AT_ONCE):
            yield _csv(rows)


def _csv(rows: pl.DataFrame) -> bytes:
    text = pl.col(pl.String)
    guarded = pl.when(text.str.contains(RISKY)).then(pl.lit("'") + text).otherwise(text)
    cells = rows.with_columns(guarded.name.keep())
    csv = cells.write_csv(include_header=False, line_terminator="\r\n", quote_style="necessary")
    return csv.encode()


def _window(job: ImportJob, first: int, end: int) -> pl.DataFrame:
    """Return the results of the records from `first` up to `end`, which is not included."""
    in_window = pl.col("record").is_between(first, end, closed="left")
    numbers = job.chunks.order_by("number").values_list("number", flat=True)
    chunks = [_of_chunk(job.chunks.get(number=number), in_window) for number in numbers]
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *chunks])
    errors = _errors(job, first, end)
    codes = errors.select("record", code="error_code")
    rows = rows.join(codes, on="record", how="left").with_columns(
        error_code=pl.coalesce("error_code", "code")
    )
    others = errors.join(rows, on="record", how="anti")
    return pl.concat([rows.select(*SCHEMA), others])


def _of_chunk(chunk: ImportChunk, in_window: pl.Expr) -> pl.DataFrame:
    """Return the results of some rows of a chunk, without the codes of rejected rows."""
    rows = files.read_chunk(chunk.index, only=SCHEMA)
    if chunk.state != ImportChunk.State.DONE:
        rows = compacted(rows.filter(in_window))
        return _as_schema(rows.with_columns(outcome=pl.lit("not_loaded")))
    ids = pl.Series(record_list.decompress(bytes(chunk.user_ids)), dtype=pl.Int64)
    rows = rows.with_columns(user_id=ids).filter(in_window)
    rows = rows.join(_not_created(chunk).filter(in_window), on="record", how="left")
    rows = compacted(rows)
    return _as_schema(
        rows.with_columns(
            pl.col("user_id").replace(0, None), pl.col("outcome").fill_null("created")
        )
    )


def _not_created(chunk: ImportChunk) -> pl.DataFrame:
    """Return record, outcome, error_code and changed of the rows that created no user."""
    schema = {name: SCHEMA[name] for name in ("record", "outcome", "error_code", "changed")}
    inactive = record_list.decompress(bytes(chunk.stays_inactive_records))
    reasons = pl.DataFrame(
        {"record": inactive, "error_code": ["deactivated_by_user"] * len(inactive)},
        schema={"record": pl.Int64, "error_code": pl.String},
    )
    lists = {
        "unchanged": chunk.unchanged_records,
        "skipped": chunk.skipped_records,
        "rejected": chunk.rejected_records,
    }
    parts = [read_changes(bytes(chunk.changes)).with_columns(outcome=pl.lit("updated"))]
    for outcome, stored in lists.items():
        records = pl.Series("record", record_list.decompress(bytes(stored)), dtype=pl.Int64)
        parts.append(records.to_frame().with_columns(outcome=pl.lit(outcome)))
    rows = pl.concat(parts, how="diagonal").join(reasons, on="record", how="left")
    return rows.select(*schema)


def _errors(job: ImportJob, first: int, end: int) -> pl.DataFrame:
    """Return the rejected rows with the cell that is wrong, if it is a key of the user."""
    errors = job.row_errors.filter(record__gte=first, record__lt=end)
    columns = ("line", "record", "column", "error_code", "value")
    found = errors.values_list("line", "record", "column", "code", "value")
    schema = dict.fromkeys(columns, pl.String) | {"line": pl.Int64, "record": pl.Int64}
    rows = pl.DataFrame(list(found), schema=schema, orient="row")
    keys = [
        pl.when(pl.col("column") == key, pl.col("value") != "").then("value").alias(key)
        for key in ("email", "external_id")
    ]
    return _as_schema(rows.with_columns(*keys, outcome=pl.lit("rejected")))


def _as_schema(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with all columns of the file, null if they are missing."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in rows]
    return rows.with_columns(missing).select(*SCHEMA)
