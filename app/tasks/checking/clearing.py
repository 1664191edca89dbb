"""The option `clear_with`: cells whose text empties the field of an existing user."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from tasks.checking.merging import sources
from tasks.options import Options
from tasks.reading.header_rules import attribute_name

CLEARED: Final = "cleared"
"""The column of the emptied fields, as the text of an array of PostgreSQL.

An attribute has its name there, which no other field has.
"""


def clears(field: str) -> str:
    """Return the name of the column that says whether the row empties the field."""
    return f"clears_{field}"


def cleared_fields(columns: Iterable[str], options: Options) -> list[str]:
    """Return those fields of a file with these columns that the option may empty."""
    return [f for f in sources(columns) if options.may_clear(f) and options.may_update(f)]


def with_cleared(rows: pl.DataFrame, columns: Iterable[str], options: Options) -> pl.DataFrame:
    """Return trimmed rows in which the cells with the text `clear_with` are empty.

    For each of `cleared_fields` there is a column `clears(field)`. If several columns make a field,
    it is emptied if one of them has the text and none has a value.
    """
    clearable = {f: cells for f, cells in sources(columns).items() if options.may_clear(f)}
    if not clearable:
        return rows
    fields = cleared_fields(columns, options)
    emptied = [
        pl.when(_is_marked(cell, options)).then(pl.lit("")).otherwise(cell).alias(cell)
        for cells in clearable.values()
        for cell in cells
    ]
    return rows.with_columns(
        *(_clears(clearable[field], options).alias(clears(field)) for field in fields), *emptied
    )


def _clears(cells: Sequence[str], options: Options) -> pl.Expr:
    marked = [_is_marked(cell, options) for cell in cells]
    is_empty = [
        is_marked | (pl.col(cell) == "") for is_marked, cell in zip(marked, cells, strict=True)
    ]
    return pl.any_horizontal(marked) & pl.all_horizontal(is_empty)


def _is_marked(cell: str, options: Options) -> pl.Expr:
    """Return whether the cell has the text `clear_with`, which is in normal form C."""
    return pl.col(cell).str.normalize("NFC") == options.clear_with


def names_of_cleared(fields: Sequence[str]) -> pl.Expr:
    """Return the column CLEARED."""
    names = [pl.when(clears(f)).then(pl.lit(attribute_name(f))) for f in fields]
    joined = pl.concat_str(names, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), joined, pl.lit("}")).alias(CLEARED)
