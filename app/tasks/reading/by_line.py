"""Fast reading of blocks in which each line is a record; see table.py.

The lines may be quoted, too short, too long or blank. Each cell is quoted from its first character
to its last, apart from blanks, or has no quote at all. So no quote reaches into another line.
"""

import re
from typing import Final

import polars as pl

from tasks.reading import clean, rejections
from tasks.reading.cells import BLANKS
from tasks.reading.header import Header
from tasks.reading.tokens import Tokens

_QUOTED: Final = '"(?:[^"]|"")*"'
_WHITE: Final = r"\s\x1c-\x1f"
"""The characters that `str.strip` removes, as Polars writes them."""
_NO_DELIMITER: Final = "\x1f"
"""The delimiter that reads each line as one cell; blocks that contain it are read exactly."""
_MAX_COLUMNS: Final = 100
"""With many more columns the pattern of a line would be larger than Polars accepts."""

_TEXT: Final = pl.col("text")
_WIDTH: Final = pl.col("width")


def tokenise(block: bytes, *, delimiter: str, header: Header) -> Tokens | None:
    """Return the block's rows, or `None` if only exact reading reads them correctly."""
    text = clean.with_line_feeds(block)
    if text is None or header.returned or header.row_width > _MAX_COLUMNS:
        return None
    lines = clean.read(text, delimiter=_NO_DELIMITER, width=1, height=clean.count_lines(text))
    if lines is None:
        return None
    lines = lines.rename({"column_0": "text"}).with_row_index("line")
    records = lines.filter(~_is_blank(delimiter)).with_row_index("record")
    # Blanks around quotes are rare, and the pattern without them is faster.
    for blanks in ("", f"[{BLANKS.replace(delimiter, '')}]*"):
        complete, uneven = _by_width(records, delimiter, blanks, header.row_width)
        if uneven is not None:
            break
    else:
        return None
    if blanks:
        quoted = f"{blanks}({_QUOTED}){blanks}"
        complete = complete.with_columns(_TEXT.str.replace_all(quoted, "$1"))
    if blanks or complete.height < lines.height:
        text = "\n".join(complete["text"]).encode()
    rows = _rows(complete, text, delimiter, header)
    if rows is None:
        return None
    return Tokens(lines.height, records.height, rows, _rejected(uneven, header))


def _is_blank(delimiter: str) -> pl.Expr:
    """Return whether all cells of a line are blank."""
    blanks, end = f"[{BLANKS.replace(delimiter, '')}]*", re.escape(delimiter)
    cell = rf'(?:[{_WHITE}]*|{blanks}"[{_WHITE}]*"{blanks})'
    return _TEXT.str.contains(f"^{cell}(?:{end}{cell})*$")


def _by_width(
    records: pl.DataFrame, delimiter: str, blanks: str, width: int
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return the records with `width` cells, and the others with their number of cells as `width`.

    `blanks` is the pattern of the blanks around quotes. The others are `None` if a quote is stray
    or may reach into another line.
    """
    is_complete = _TEXT.str.contains(_pattern(delimiter, blanks, f"{{{width - 1}}}"))
    others = records.filter(~is_complete)
    if not others["text"].str.contains(_pattern(delimiter, blanks, "*")).all():
        return records, None
    cells = _TEXT.str.replace_all(_QUOTED, "").str.count_matches(delimiter, literal=True) + 1
    return records.filter(is_complete), others.with_columns(width=cells)


def _pattern(delimiter: str, blanks: str, repeat: str) -> str:
    """Return the pattern of a line with one cell and then `repeat` more."""
    escaped = re.escape(delimiter)
    cell = f'(?:{blanks}{_QUOTED}{blanks}|[^"{escaped}]*)'
    return f"^{cell}(?:{escaped}{cell}){repeat}$"


def _rows(
    complete: pl.DataFrame, text: bytes, delimiter: str, header: Header
) -> pl.DataFrame | None:
    cells = clean.read(
        text, delimiter=delimiter, width=header.row_width, height=complete.height, quote='"'
    )
    if cells is None or clean.has_surplus_content(cells, header):
        return None
    numbers = complete.select(pl.col("record", "line").cast(pl.Int64))
    return pl.concat([numbers, cells.select(clean.fields(header))], how="horizontal")


def _rejected(uneven: pl.DataFrame, header: Header) -> pl.DataFrame:
    value = _TEXT.str.slice(0, rejections.VALUE_MAX_LENGTH)
    too_few = pl.when(header.row_width > _WIDTH).then(pl.lit("too_few_columns"))
    return uneven.select(
        pl.col("record", "line").cast(pl.Int64),
        pl.lit("").alias("column"),
        too_few.otherwise(pl.lit("too_many_columns")).alias("code"),
        _WIDTH.cast(pl.String).alias("detail"),
        (pl.lit("") if header.has_secrets else value).alias("value"),
    )
