"""Blocks of clean lines into columns, by Polars. Knows no Django.

Clean: no quotes, no blank lines, the same number of cells in each line, UTF-8.
"""

from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from tasks.reading import rejections
from tasks.reading.header import MAX_COLUMNS, Header
from tasks.reading.source import MAX_LINE
from tasks.reading.tokens import Tokens

_MARK: Final = "\ufeff".encode()
_GZIP_ZSTANDARD_ZLIB: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"x\x01",
    b"x^",
    b"x\x9c",
    b"x\xda",
)


def tokenised(block: bytes, *, delimiter: str, header: Header) -> Tokens | None:
    """None where only the csv module would read the block right, or by_line.py.

    Which rows of a returned file are mended is told row by row.
    """
    lines = None if header.returned or b'"' in block else with_line_feeds(block)
    if lines is None:
        return None
    height = height_of(lines)
    delimiters, rest = divmod(lines.count(delimiter.encode()), height)
    width = delimiters + 1
    if rest or not header.named <= width <= MAX_COLUMNS:
        return None
    cells = read(lines, delimiter=delimiter, width=width, height=height)
    if cells is None or _is_doubtful(cells, header):
        return None
    number = pl.int_range(cells.height, dtype=pl.Int64)
    rows = cells.select(number.alias("record"), number.alias("line"), *fields(header))
    return Tokens(cells.height, cells.height, rows, pl.DataFrame(schema=rejections.SCHEMA))


def with_line_feeds(block: bytes) -> bytes | None:
    """The block with LF line ends; None where it has NULs, or a line that is too long."""
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


def height_of(lines: bytes) -> int:
    """How many there are."""
    return lines.count(b"\n") + (lines[-1:] not in {b"", b"\n"})


def read(
    lines: bytes, *, delimiter: str, width: int, height: int, quote: str | None = None
) -> pl.DataFrame | None:
    """The cells of lines with LF ends as `column_0` and so on, all strings.

    None where Polars refuses (too many cells in a line, not UTF-8), or would not see these lines.
    """
    if lines.startswith((_MARK, *_GZIP_ZSTANDARD_ZLIB)):  # it would leave out the mark, or unpack
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
    """Of the cells those that are imported, by their names."""
    return [pl.nth(position).alias(name) for name, position in header.columns.items()]


def _is_doubtful(frame: pl.DataFrame, header: Header) -> bool:
    """Whether a line may be blank, or say something beyond the header's last column."""
    if frame.width == 1:
        return bool((frame.to_series().str.strip_chars(" \t") == "").any())
    return any((cells != "").any() for cells in frame.get_columns()[header.width :])
