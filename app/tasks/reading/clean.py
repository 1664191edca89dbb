"""Fast reading of clean blocks; see table.py.

A clean block is UTF-8, has no quotes and no blank lines, and has as many cells in each line.
"""

from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from tasks.reading import rejections
from tasks.reading.header import MAX_COLUMNS, Header
from tasks.reading.records import WHITE
from tasks.reading.source import MAX_LINE
from tasks.reading.tokens import Tokens

_BOM: Final = "\ufeff".encode()
_GZIP_ZSTANDARD_ZLIB: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"x\x01",
    b"x^",
    b"x\x9c",
    b"x\xda",
)


def tokenise(block: bytes, *, delimiter: str, header: Header) -> Tokens | None:
    """Return the block's rows, or `None` if the block is not clean.

    Blocks of a returned file are never read here: its rows are checked one by one.
    """
    lines = None if header.returned or b'"' in block else with_line_feeds(block)
    if lines is None:
        return None
    height = count_lines(lines)
    width = header.row_width
    if lines.count(delimiter.encode()) != (width - 1) * height or width > MAX_COLUMNS:
        return None
    cells = read(lines, delimiter=delimiter, width=width, height=height)
    if cells is None or has_surplus_content(cells, header) or _has_blank_row(cells, header):
        return None
    number = pl.int_range(cells.height, dtype=pl.Int64)
    rows = cells.select(number.alias("record"), number.alias("line"), *fields(header))
    return Tokens(cells.height, cells.height, rows, pl.DataFrame(schema=rejections.SCHEMA))


def with_line_feeds(block: bytes) -> bytes | None:
    """Return the block with LF line endings, or `None` if it has a NUL or a line too long."""
    if b"\0" in block:
        return None
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return None if _has_long_line(block) else block


def _has_long_line(lines: bytes) -> bool:
    start = 0
    while len(lines) - start > MAX_LINE:
        start = lines.rfind(b"\n", start, start + MAX_LINE) + 1
        if start == 0:
            return True
    return False


def count_lines(lines: bytes) -> int:
    """Return the number of lines, whether or not the last one has a line ending."""
    return lines.count(b"\n") + (lines[-1:] not in {b"", b"\n"})


def read(
    lines: bytes, *, delimiter: str, width: int, height: int, quote: str | None = None
) -> pl.DataFrame | None:
    """Return the cells of lines with LF endings as the strings `column_0` and so on.

    Return `None` if Polars rejects the lines (too many cells in a line, not UTF-8) or would read
    other lines than these.
    """
    # Polars would drop a byte order mark and decompress compressed data.
    if lines.startswith((_BOM, *_GZIP_ZSTANDARD_ZLIB)):
        return None
    try:
        cells = pl.read_csv(
            lines,
            has_header=False,
            separator=delimiter,
            quote_char=quote,
            schema={f"column_{i}": pl.String for i in range(width)},
            empty_string_is_null=False,
            extra_columns="raise",
            raise_if_empty=False,
        )
    except PolarsError:
        return None
    return cells if cells.height == height else None


def fields(header: Header) -> list[pl.Expr]:
    """Return the expressions that select the imported columns and name them after their fields."""
    return [pl.nth(position).alias(name) for name, position in header.columns.items()]


def has_surplus_content(cells: pl.DataFrame, header: Header) -> bool:
    """Return whether a row has content behind the last named column."""
    surplus = cells.get_columns()[header.min_width :]
    return any((column.str.strip_chars(WHITE) != "").any() for column in surplus)


def _has_blank_row(cells: pl.DataFrame, header: Header) -> bool:
    """Return whether a row has nothing but blanks in its cells.

    The first character shows of nearly each e-mail address that it is not blank.
    """
    emails = cells.to_series(header.columns["email"])
    doubtful = (emails < "!") | (emails >= "\x7f")
    is_blank = pl.all_horizontal(pl.all().str.strip_chars(WHITE) == "")
    return doubtful.any() and bool(cells.filter(doubtful).select(is_blank.any()).item())
