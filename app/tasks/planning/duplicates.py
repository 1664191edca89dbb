"""Rows with the same e-mail address or external id, found in their order. Imports no Django."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from tasks.options import Match
from tasks.reading import rejections

_REPEATED: Final = pl.col("repeated")
_FOUND: Final = {"record": pl.Int64, "first_line": pl.Int64}


@dataclass(frozen=True)
class Key:
    """A column whose values are unique, and the code of a row that repeats one."""

    column: str
    code: str


_EMAIL: Final = Key("email", "duplicate_in_file")
_EXTERNAL_ID: Final = Key("external_id", "duplicate_external_id")


def keys_of(match: Match, columns: Collection[str]) -> list[Key]:
    """Return the keys of a file with these columns: the one that finds users, then the other."""
    keys = [key for key in (_EMAIL, _EXTERNAL_ID) if key.column in columns]
    return sorted(keys, key=lambda key: key.column != match)


class Duplicates:
    """A filter that finds the later rows of each value of a key.

    Its frames continue each other, and are sorted by the key and then by their order in the file.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._last, self._first_line = "", 0

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the first rows, and the later ones with `first_line`, the line of their first."""
        values = rows[self._key.column]
        repeated = values == values.shift(1, fill_value=self._last)
        self._last = values[-1]
        if not repeated.any():
            self._first_line = rows["line"][-1]
            return rows, rows.clear().with_columns(first_line=pl.lit(0, pl.Int64))
        first_line = pl.when(~_REPEATED).then("line").forward_fill().fill_null(self._first_line)
        marked = rows.with_columns(repeated.alias("repeated")).with_columns(first_line=first_line)
        self._first_line = marked["first_line"][-1]
        firsts = marked.filter(~_REPEATED).select(rows.columns)
        return firsts, marked.filter(_REPEATED).drop("repeated")


class Repeated:
    """The rows that repeat a value of the second key: 16 bytes for each."""

    def __init__(self, key: Key, frames: Iterable[pl.DataFrame]) -> None:
        """`frames` are those of `Duplicates`, of all rows that have a value."""
        duplicates = Duplicates(key)
        found = [duplicates.split(frame)[1].select(*_FOUND) for frame in frames]
        self._found = pl.concat([pl.DataFrame(schema=_FOUND), *found]).sort("record")

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the other rows, and the repeated ones with `first_line`."""
        if self._found.is_empty():
            return rows, rows.clear().with_columns(first_line=pl.lit(0, pl.Int64))
        records, last = self._found["record"], self._found.height - 1
        at = records.search_sorted(rows["record"]).clip(0, last)
        is_found = records.gather(at) == rows["record"]
        found = rows.with_columns(first_line=self._found["first_line"].gather(at))
        return rows.filter(~is_found), found.filter(is_found)


def rejected_rows(repeated: pl.DataFrame, key: Key, *, show_values: bool) -> pl.DataFrame:
    """Return repeated rows as rejected ones (see rejections.SCHEMA), with values if allowed."""
    value = pl.col(key.column) if show_values else pl.lit("")
    return repeated.select(
        "record",
        "line",
        pl.lit(key.column).alias("column"),
        pl.lit(key.code).alias("code"),
        pl.col("first_line").cast(pl.String).alias("detail"),
        value.str.slice(0, rejections.VALUE_MAX_LENGTH).alias("value"),
    )
