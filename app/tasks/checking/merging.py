"""The fields that several columns of a file make: a name, a phone, and `is_active`."""

from collections.abc import Iterable

import polars as pl

from tasks.checking.tidying import folded
from tasks.reading.header_columns import NAME_PARTS
from tasks.reading.known_headers import FALSE, TRUE


def sources(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the columns of each field, in the order of the first; see reading/choice.py."""
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(_field(column), []).append(column)
    return found


def merged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return trimmed rows with one column for each field."""
    by_field = sources(rows.columns)
    if all(columns == [field] for field, columns in by_field.items()):
        return rows
    return rows.select(_merged(field, columns) for field, columns in by_field.items())


def _field(column: str) -> str:
    if column in NAME_PARTS:
        return "name"
    field = column.partition(" ")[0]
    return "is_active" if field == "is_inactive" else field


def _merged(field: str, columns: list[str]) -> pl.Expr:
    if field == "name":
        parts = [_or_null(part) for part in NAME_PARTS if part in columns]
        joined = pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")
        whole = [_or_null("name")] if "name" in columns else []
        return pl.coalesce([*whole, joined, pl.lit("")]).alias("name")
    if any(column.startswith("is_inactive") for column in columns):
        return _is_active(columns)
    if len(columns) > 1:
        ordered = sorted(columns, key=lambda column: (len(column), column))
        return pl.coalesce([*map(_or_null, ordered), pl.lit("")]).alias(field)
    return pl.col(field)


def _is_active(columns: list[str]) -> pl.Expr:
    """Return "false" if one column says so, else a word that is not known, else any word."""
    is_turned = {column: column.startswith("is_inactive") for column in columns}
    inactive = [folded(it).is_in(TRUE if is_turned[it] else FALSE) for it in columns]
    unknown = [pl.when(~folded(it).is_in([*TRUE, *FALSE, ""])).then(it) for it in columns]
    filled = [
        pl.when(pl.col(it) != "").then(pl.lit("true") if is_turned[it] else it) for it in columns
    ]
    return (
        pl.when(pl.any_horizontal(inactive))
        .then(pl.lit("false"))
        .otherwise(pl.coalesce([*unknown, *filled, pl.lit("")]))
        .alias("is_active")
    )


def _or_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(column)
