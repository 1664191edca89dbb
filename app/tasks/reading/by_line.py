"""Blocks of which each line is a record, by Polars: quoted, too short or too long, or blank.

Knows no Django. Such a line has cells that are quoted from their first character to their last, or
have no quote at all: then no quote reaches into another line.
"""

import re
from typing import Final

import polars as pl

from tasks.reading import clean, rejections
from tasks.reading.header import Header
from tasks.reading.tokens import Tokens

_QUOTED: Final = '"(?:[^"]|"")*"'
_UNUSED: Final = "\x1f"
"""Splits nothing; a block that has it is left to the csv module."""
_WIDEST: Final = 100
"""Columns; for many more the pattern would be larger than Polars takes."""

_TEXT: Final = pl.col("text")
_WIDTH: Final = pl.col("width")


def tokenised(block: bytes, *, delimiter: str, header: Header) -> Tokens | None:
    """None where only the csv module would read the block right."""
    text = clean.with_line_feeds(block)
    if text is None or header.returned or header.width > _WIDEST:
        return None
    lines = clean.read(text, delimiter=_UNUSED, width=1, height=clean.height_of(text))
    if lines is None:
        return None
    lines = lines.rename({"column_0": "text"}).with_row_index("line")
    records = lines.filter(~_is_blank(delimiter)).with_row_index("record")
    is_whole = _TEXT.str.contains(_pattern(delimiter, f"{{{header.width - 1}}}"))
    whole = records.filter(is_whole)
    odd = _measured(records.filter(~is_whole), delimiter)
    if odd is None or _may_end_empty(odd, delimiter, header):
        return None
    whole = pl.concat([whole, _filled(odd, delimiter, header)]).sort("record")
    if whole.height < lines.height:
        text = "\n".join(whole["text"]).encode()
    rows = _rows(whole, text, delimiter, header)
    if rows is None:
        return None
    return Tokens(lines.height, records.height, rows, _rejected(odd, header))


def _is_blank(delimiter: str) -> pl.Expr:
    return _TEXT.str.strip_chars(" \t".replace(delimiter, "")) == ""


def _pattern(delimiter: str, repeat: str) -> str:
    """Of a line that is a record of `repeat` cells after the first."""
    mark = re.escape(delimiter)
    cell = f'(?:{_QUOTED}|[^"{mark}]*)'
    return f"^{cell}(?:{mark}{cell}){repeat}$"


def _measured(others: pl.DataFrame, delimiter: str) -> pl.DataFrame | None:
    """With the `width` of each; None where a quote may reach into another line, or is astray."""
    if not others["text"].str.contains(_pattern(delimiter, "*")).all():
        return None
    unquoted = _TEXT.str.replace_all(_QUOTED, "")
    return others.with_columns(width=unquoted.str.count_matches(delimiter, literal=True) + 1)


def _may_end_empty(odd: pl.DataFrame, delimiter: str, header: Header) -> bool:
    """Whether a row may be too long by empty cells only, which count for nothing."""
    ends_empty = _TEXT.str.contains(rf'{re.escape(delimiter)}[\s"\x1c-\x1e]*$')
    return bool(odd.select(((header.width < _WIDTH) & ends_empty).any()).item())


def _filled(odd: pl.DataFrame, delimiter: str, header: Header) -> pl.DataFrame:
    """Those that have all cells with a name, with as many empty ones as are missing."""
    size = _TEXT.str.len_chars() + header.width - _WIDTH
    short = odd.filter(_WIDTH.is_between(header.named, header.width))
    return short.with_columns(_TEXT.str.pad_end(size, delimiter)).drop("width")


def _rows(whole: pl.DataFrame, text: bytes, delimiter: str, header: Header) -> pl.DataFrame | None:
    cells = clean.read(
        text, delimiter=delimiter, width=header.width, height=whole.height, quote='"'
    )
    if cells is None:
        return None
    numbers = whole.select(pl.col("record", "line").cast(pl.Int64))
    return pl.concat([numbers, cells.select(clean.fields(header))], how="horizontal")


def _rejected(odd: pl.DataFrame, header: Header) -> pl.DataFrame:
    shown = _TEXT.str.slice(0, rejections.VALUE_MAX_LENGTH)
    few = pl.when(header.named > _WIDTH).then(pl.lit("too_few_columns"))
    return odd.filter(~_WIDTH.is_between(header.named, header.width)).select(
        pl.col("record", "line").cast(pl.Int64),
        pl.lit("").alias("column"),
        few.otherwise(pl.lit("too_many_columns")).alias("code"),
        _WIDTH.cast(pl.String).alias("detail"),
        (pl.lit("") if header.has_secrets else shown).alias("value"),
    )
