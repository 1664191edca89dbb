"""The option `clear_with`: cells whose text empties the field of an existing user."""

from collections.abc import Iterable, Sequence

import polars as pl

from tasks.checking.merging import sources
from tasks.options import Options
from tasks.reading.header_rules import attribute_name


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
        pl.when(pl.col(cell) != options.clear_with).then(cell).otherwise(pl.lit("")).alias(cell)
        for cells in clearable.values()
        for cell in cells
    ]
    return rows.with_columns(
        *(_clears(clearable[field], options).alias(clears(field)) for field in fields), *emptied
    )


def _clears(cells: Sequence[str], options: Options) -> pl.Expr:
    texts = ["", options.clear_with]
    is_marked = pl.any_horizontal(pl.col(cell) == options.clear_with for cell in cells)
    return is_marked & pl.all_horizontal(pl.col(cell).is_in(texts) for cell in cells)


def names_of_cleared(fields: Sequence[str]) -> pl.Expr:
    """Return the column `cleared`: the emptied fields as the text of an array of PostgreSQL.

    An attribute has its name there, which no other field has.
    """
    names = [pl.when(clears(f)).then(pl.lit(attribute_name(f))) for f in fields]
    joined = pl.concat_str(names, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), joined, pl.lit("}")).alias("cleared")
