"""COPY of data frames into tables."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from io import BytesIO

import polars as pl
from django.db import connection
from opentelemetry.semconv.attributes import db_attributes
from opentelemetry.trace import SpanKind
from psycopg import sql

from core.failpoints import failpoint
from core.telemetry.traces import span

_WRITE_SIZE = 256 * 1024


def copy_buffer(rows: pl.DataFrame) -> bytes:
    """Return the rows as CSV for COPY.

    COPY needs FORCE_NOT_NULL to read an empty string as such, and not as null.
    """
    buffer = BytesIO()
    rows.write_csv(buffer, include_header=False, quote_style="necessary")
    return buffer.getvalue()


def copy_into(
    table: str,
    columns: Sequence[str],
    buffers: Iterable[bytes],
    *,
    nullable: Collection[str] = (),
) -> None:
    """COPY buffers of these columns into the table, in the current transaction.

    An empty cell is an empty string, or null in a nullable column. Raises Django's errors:
    `IntegrityError` for a duplicate, `OperationalError` for a lost connection.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({}))").format(
        sql.Identifier(table), names(columns), names(set(columns) - set(nullable))
    )
    attributes = {
        db_attributes.DB_SYSTEM_NAME: "postgresql",
        db_attributes.DB_OPERATION_NAME: "COPY",
        db_attributes.DB_COLLECTION_NAME: table,
    }
    with (
        # The instrumentation of psycopg traces execute() only.
        span(f"COPY {table}", kind=SpanKind.CLIENT, attributes=attributes),
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for buffer in buffers:
            view = memoryview(buffer)
            for start in range(0, len(view), _WRITE_SIZE):
                copy.write(view[start : start + _WRITE_SIZE])
                failpoint(f"copying_{table}")


def names(columns: Iterable[str]) -> sql.Composed:
    """Return the column names, quoted and joined for a statement."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def with_constant(rows: pl.DataFrame, name: str, value: uuid.UUID) -> pl.DataFrame:
    """Return the rows with one more column, which holds the same value in each row."""
    return rows.with_columns(pl.lit(str(value)).alias(name))
