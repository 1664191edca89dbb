"""Blocks of clean lines into columns, by Polars. Knows no Django.

Clean: no quotes, no blank lines, the same number of cells in each line, UTF-8.
"""

from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from tasks.pipeline.reading.header import MAX_COLUMNS, Header
from tasks.pipeline.reading.source import MAX_LINE

_MARK: Final = "\ufeff".encode()
_GZIP_ZSTANDARD_ZLIB: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"x\x01",
    b"x^",
    b"x\x9c",
    b"x\xda",
)


def tokenised(block: bytes, *, delimiter: str, header: Header) -> pl.DataFrame | None:
    """All cells as strings; None where only the csv module would read the block right.

    Which rows of a returned file are mended is told row by row.
    """
    lines = None if header.returned else _clean_lines(block)
    if lines is None or _has_long_line(lines):
        return None
    height = lines.count(b"\n") + (not lines.endswith(b"\n"))
    delimiters, rest = divmod(lines.count(delimiter.encode()), height)
    width = delimiters + 1
    if rest or not header.named <= width <= MAX_COLUMNS:
        return None
    frame = _read(lines, delimiter, width)
    if frame is None or frame.height != height or _is_doubtful(frame, header):
        return None
    return frame


def _clean_lines(block: bytes) -> bytes | None:
    """The block with LF line ends."""
    if b'"' in block or b"\0" in block:
        return None
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Of a block that begins like this Polars would leave out the mark, or unpack it.
    return None if block.startswith((_MARK, *_GZIP_ZSTANDARD_ZLIB)) else block


def _has_long_line(lines: bytes) -> bool:
    start = 0
    while len(lines) - start > MAX_LINE:
        start = lines.rfind(b"\n", start, start + MAX_LINE) + 1
        if start == 0:
            return True
    return False


def _read(lines: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """None where Polars refuses: too many cells in a line, or not UTF-8."""
    try:
        return pl.read_csv(
            lines,
            has_header=False,
            separator=delimiter,
            quote_char=None,
            schema={f"column_{i}": pl.String for i in range(width)},
            empty_string_is_null=False,
            extra_columns="raise",
            raise_if_empty=False,
        )
    except PolarsError:
        return None


def _is_doubtful(frame: pl.DataFrame, header: Header) -> bool:
    """Whether a line may be blank, or say something beyond the header's last column."""
    if frame.width == 1:
        return bool((frame.to_series().str.strip_chars(" \t") == "").any())
    return any((cells != "").any() for cells in frame.get_columns()[header.width :])
