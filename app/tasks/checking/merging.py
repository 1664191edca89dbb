"""The fields that several columns of a file make: a name, a phone, and `is_active`."""

import polars as pl

from tasks.checking.rules import folded
from tasks.reading.header_columns import NAME_PARTS
from tasks.reading.known_headers import FALSE, TRUE


def merged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return trimmed rows with the columns of users; see header_columns.choose.

    A merged column stands where the first of its columns stood.
    """
    sources: dict[str, list[str]] = {}
    for column in rows.columns:
        sources.setdefault(_field(column), []).append(column)
    if all(columns == [field] for field, columns in sources.items()):
        return rows
    return rows.select(_merged(field, columns) for field, columns in sources.items())


def _field(column: str) -> str:
    if column in NAME_PARTS:
        return "name"
    return "is_active" if column == "is_inactive" else column.partition(" ")[0]


def _merged(field: str, columns: list[str]) -> pl.Expr:
    if field == "name":
        parts = [_or_null(part) for part in NAME_PARTS if part in columns]
        joined = pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")
        whole = [_or_null("name")] if "name" in columns else []
        return pl.coalesce([*whole, joined, pl.lit("")]).alias("name")
    if columns == ["is_inactive"]:
        word = folded("is_inactive")
        return (
            pl.when(word.is_in(TRUE))
            .then(pl.lit("false"))
            .when(word.is_in(FALSE))
            .then(pl.lit("true"))
            .otherwise("is_inactive")
            .alias("is_active")
        )
    if len(columns) > 1:
        ordered = sorted(columns, key=lambda column: (len(column), column))
        return pl.coalesce([*map(_or_null, ordered), pl.lit("")]).alias(field)
    return pl.col(field)


def _or_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(column)
