"""Columns of which most cells stand in their stored form, and the others are read one by one."""

from collections.abc import Callable, Iterator

import polars as pl

type Read = Callable[[str], tuple[str | None, str | None]]
"""Returns the stored form of a cell, or the reason why it has none: a fault."""


def stored(column: str) -> str:
    """Return the name of the column of stored forms."""
    return f"stored {column}"


def fault(column: str) -> str:
    """Return the name of the column of faults, null for a cell without one."""
    return f"fault {column}"


def with_stored(
    rows: pl.DataFrame,
    column: str,
    *,
    is_stored: pl.Expr,
    read: Read,
    heartbeat: Callable[[], None],
) -> pl.DataFrame:
    """Add the columns `stored(column)` and `fault(column)`.

    A cell for which `is_stored` is true stands in its stored form. `heartbeat` is called for each
    different cell among the others.
    """
    rows = rows.with_columns(is_stored.fill_null(value=False).alias("is_stored"))
    others = rows.filter(~pl.col("is_stored"))[column].unique()
    found = pl.DataFrame(
        list(_each(others, read, heartbeat)),
        schema={column: pl.String, stored(column): pl.String, fault(column): pl.String},
        orient="row",
    )
    joined = rows.join(found, on=column, how="left", maintain_order="left")
    form = pl.when("is_stored").then(column).otherwise(stored(column))
    return joined.with_columns(form.alias(stored(column))).drop("is_stored")


def _each(
    cells: pl.Series, read: Read, heartbeat: Callable[[], None]
) -> Iterator[tuple[str, str | None, str | None]]:
    for cell in cells:
        heartbeat()
        yield cell, *read(cell)
