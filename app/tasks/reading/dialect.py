"""The dialect of a file: its delimiter, and the bytes before its header."""

import re
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from typing import Final

from tasks.codes import FileError
from tasks.options import DELIMITERS
from tasks.reading.formats import check_text
from tasks.reading.header import DEFAULT_COLUMNS, Columns, count_known
from tasks.reading.records import RecordReader
from tasks.reading.source import LineSource
from tasks.reading.spreadsheet import text_of

HEAD_SIZE: Final = 64 * 1024
"""Bytes of a file from which its dialect is detected; the header must begin within them."""

_BOM: Final = re.compile("(?:\ufeff)*".encode())
_SEP_LINE: Final = re.compile(
    rb"""(["']?)sep=([!#-/:-@\[-`{-~\t])\1\2*[ ]*(?:\r\n?|\n|\Z)""", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """A dialect.

    `bom` and `sep_line` are in UTF-8, and empty if the file has none. `line_end` is the ending of
    the header's line.
    """

    encoding: str
    delimiter: str
    bom: bytes = b""
    sep_line: bytes = b""
    line_end: str = "\r\n"


def sniff(
    head: bytes,
    *,
    encoding: str,
    delimiter: str | None = None,
    columns: Columns = DEFAULT_COLUMNS,
) -> Dialect:
    """Return the dialect of a text that begins with `head`: HEAD_SIZE bytes of UTF-8, or all of it.

    `delimiter` and `columns` are the uploader's options. Raises `FileError` (empty_file, not_csv).
    """
    if not head:
        raise FileError("empty_file")
    bom = _match(_BOM, head)
    check_text(head[len(bom) :].decode("utf-8", "replace"))
    sep_line = _match(_SEP_LINE, head[len(bom) :])
    rest = head[len(bom + sep_line) :].decode("utf-8", "replace")
    return Dialect(
        encoding=encoding,
        delimiter=delimiter or _declared_delimiter(sep_line) or _guess_delimiter(rest, columns),
        bom=bom,
        sep_line=sep_line,
    )


def _match(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    match = pattern.match(data)
    return match[0] if match else b""


def _declared_delimiter(sep_line: bytes) -> str:
    """Return the delimiter that Excel's line `sep=` declares, or an empty string."""
    match = _SEP_LINE.match(sep_line)
    return match[2].decode() if match else ""


def _guess_delimiter(text: str, columns: Columns) -> str:
    """Return the delimiter that gives the header most known names, and then most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = _header_cells(text, delimiter)
        return count_known(cells, columns), len(cells)

    return max(DELIMITERS, key=score)


def _header_cells(text: str, delimiter: str) -> list[str]:
    """Return the header's cells. Wrong quotes are reported once the delimiter is known."""
    reader = RecordReader(LineSource(BytesIO(text.encode())), delimiter=delimiter)
    try:
        record = reader.first_filled(within=HEAD_SIZE)
    except FileError:
        line = next(islice(StringIO(text, newline=""), reader.line - 1, None))
        return line.split(delimiter)
    if record is None:
        return []
    return [text_of(cell) for cell in record.cells or record.text.split(delimiter)]
