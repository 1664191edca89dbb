"""Rows with the same e-mail address, found in the order of the addresses. Imports no Django."""

import polars as pl

from tasks.reading import rejections

_REPEATED = pl.col("repeated")


class Duplicates:
    """A filter that accepts the first row of each e-mail address and rejects the others."""

    def __init__(self, *, show_values: bool) -> None:
        """Show the e-mail addresses of rejected rows if `show_values`."""
        self._value = pl.col("email") if show_values else pl.lit("")
        self._last_email, self._first_line = "", 0

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the accepted rows, and the rejected ones (see rejections.SCHEMA).

        `rows` continue those of the last call. They are sorted by e-mail address; the first row of
        an address is the first one in the file.
        """
        email = rows["email"]
        repeated = email == email.shift(1, fill_value=self._last_email)
        self._last_email = email[-1]
        if not repeated.any():
            self._first_line = rows["line"][-1]
            return rows, pl.DataFrame(schema=rejections.SCHEMA)
        first_line = pl.when(~_REPEATED).then("line").forward_fill().fill_null(self._first_line)
        marked = rows.with_columns(repeated.alias("repeated")).with_columns(first_line=first_line)
        self._first_line = marked["first_line"][-1]
        firsts = marked.filter(~_REPEATED).select(rows.columns)
        return firsts, self._rejected_rows(marked.filter(_REPEATED))

    def _rejected_rows(self, repeated: pl.DataFrame) -> pl.DataFrame:
        return repeated.select(
            "record",
            "line",
            pl.lit("email").alias("column"),
            pl.lit("duplicate_in_file").alias("code"),
            pl.col("first_line").cast(pl.String).alias("detail"),
            self._value.str.slice(0, rejections.VALUE_MAX_LENGTH).alias("value"),
        )
