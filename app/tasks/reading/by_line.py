"""Fast reading of blocks in which each line is a record; see table.py.

The lines may be quoted, too short, too long or blank. Each cell is quoted from its first character
to its last, or has no quote at all, so no quote reaches into another line.
"""

import re
from typing import Final

import polars as pl

from tasks.reading import clean, rejections
from tasks.reading.header import Header
from tasks.reading.tokens import Tokens

_QUOTED: Final = '"(?:[^"]|"")*"'
_NO_DELIMITER: Final = "\x1f"
"""The delimiter that reads each line as one cell; the csv module reads blocks that contain it."""
_MAX_COLUMNS: Final = 100
"""With many more columns the pattern of a line would be larger than Polars accepts."""

_TEXT: Final = pl.col("text")
_WIDTH: Final = pl.col("width")


def tokenise(block: bytes, *, delimiter: str, header: Header) -> Tokens | None:
    """Return the block's rows, or `None` if only the csv module reads them correctly."""
    text = clean.with_line_feeds(block)
    if text is None or header.returned or header.width > _MAX_COLUMNS:
        return None
    lines = clean.read(text, delimiter=_NO_DELIMITER, width=1, height=clean.count_lines(text))
    if lines is None:
        return None
    lines = lines.rename({"column_0": "text"}).with_row_index("line")
    records = lines.filter(~_is_blank(delimiter)).with_row_index("record")
    is_complete = _TEXT.str.contains(_pattern(delimiter, f"{{{header.width - 1}}}"))
    complete = records.filter(is_complete)
    uneven = _with_width(records.filter(~is_complete), delimiter)
    if uneven is None or _may_end_empty(uneven, delimiter, header):
        return None
    complete = pl.concat([complete, _padded(uneven, delimiter, header)]).sort("record")
    if complete.height < lines.height:
        text = "\n".join(complete["text"]).encode()
    rows = _rows(complete, text, delimiter, header)
    if rows is None:
        return None
    return Tokens(lines.height, records.height, rows, _rejected(uneven, header))


def _is_blank(delimiter: str) -> pl.Expr:
    return _TEXT.str.strip_chars(" \t".replace(delimiter, "")) == ""


def _pattern(delimiter: str, repeat: str) -> str:
    """Return the pattern of a line with one cell and then `repeat` more."""
    escaped = re.escape(delimiter)
    cell = f'(?:{_QUOTED}|[^"{escaped}]*)'
    return f"^{cell}(?:{escaped}{cell}){repeat}$"


def _with_width(records: pl.DataFrame, delimiter: str) -> pl.DataFrame | None:
    """Add each record's number of cells as `width`.

    Return `None` if a quote is stray or may reach into another line.
    """
    if not records["text"].str.contains(_pattern(delimiter, "*")).all():
        return None
    unquoted = _TEXT.str.replace_all(_QUOTED, "")
    return records.with_columns(width=unquoted.str.count_matches(delimiter, literal=True) + 1)


def _may_end_empty(uneven: pl.DataFrame, delimiter: str, header: Header) -> bool:
    """Return whether a row with too many cells may end with empty cells, which do not count."""
    ends_empty = _TEXT.str.contains(rf'{re.escape(delimiter)}[\s"\x1c-\x1e]*$')
    return bool(uneven.select(((header.width < _WIDTH) & ends_empty).any()).item())


def _padded(uneven: pl.DataFrame, delimiter: str, header: Header) -> pl.DataFrame:
    """Return the rows that lack only cells without a column name, with these cells empty."""
    size = _TEXT.str.len_chars() + header.width - _WIDTH
    short = uneven.filter(_WIDTH.is_between(header.min_width, header.width))
    return short.with_columns(_TEXT.str.pad_end(size, delimiter)).drop("width")


def _rows(
    complete: pl.DataFrame, text: bytes, delimiter: str, header: Header
) -> pl.DataFrame | None:
    cells = clean.read(
        text, delimiter=delimiter, width=header.width, height=complete.height, quote='"'
    )
    if cells is None:
        return None
    numbers = complete.select(pl.col("record", "line").cast(pl.Int64))
    return pl.concat([numbers, cells.select(clean.fields(header))], how="horizontal")


def _rejected(uneven: pl.DataFrame, header: Header) -> pl.DataFrame:
    value = _TEXT.str.slice(0, rejections.VALUE_MAX_LENGTH)
    too_few = pl.when(header.min_width > _WIDTH).then(pl.lit("too_few_columns"))
    return uneven.filter(~_WIDTH.is_between(header.min_width, header.width)).select(
        pl.col("record", "line").cast(pl.Int64),
        pl.lit("").alias("column"),
        too_few.otherwise(pl.lit("too_many_columns")).alias("code"),
        _WIDTH.cast(pl.String).alias("detail"),
        (pl.lit("") if header.has_secrets else value).alias("value"),
    )
