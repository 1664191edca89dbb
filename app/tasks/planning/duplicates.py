"""Who stands in a file twice, found among people in e-mail order. Knows no Django."""

import polars as pl

from tasks.reading import rejections

_REPEATED = pl.col("repeated")


class Duplicates:
    """Of each e-mail the first row counts; the others are refused."""

    def __init__(self, *, show_values: bool) -> None:
        """Refusals have the e-mail if `show_values`."""
        self._value = pl.col("email") if show_values else pl.lit("")
        self._last_email, self._first_line = "", 0

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """First rows, and refusals (see rejections.SCHEMA) of the others.

        `rows` go on where those of the last call ended: by e-mail, of which the first comes first.
        """
        email = rows["email"]
        repeated = email == email.shift(1, fill_value=self._last_email)
        self._last_email = email[-1]
        if not repeated.any():
            self._first_line = rows["line"][-1]
            return rows, pl.DataFrame(schema=rejections.SCHEMA)
        first_line = pl.when(~_REPEATED).then("line").forward_fill().fill_null(self._first_line)
        told = rows.with_columns(repeated.alias("repeated")).with_columns(first_line=first_line)
        self._first_line = told["first_line"][-1]
        firsts = told.filter(~_REPEATED).select(rows.columns)
        return firsts, self._rejected_rows(told.filter(_REPEATED))

    def _rejected_rows(self, repeated: pl.DataFrame) -> pl.DataFrame:
        return repeated.select(
            "record",
            "line",
            pl.lit("email").alias("column"),
            pl.lit("duplicate_in_file").alias("code"),
            pl.col("first_line").cast(pl.String).alias("detail"),
            self._value.str.slice(0, rejections.VALUE_MAX_LENGTH).alias("value"),
        )
