"""How a file is written: its delimiter, and what stands before the header. Knows no Django."""

import csv
import re
from dataclasses import dataclass
from io import StringIO
from typing import Final

from tasks.codes import FileError
from tasks.options import DELIMITERS
from tasks.reading.formats import check_text
from tasks.reading.header import USUAL, Columns, count_known
from tasks.reading.records import says_something

HEAD_SIZE: Final = 64 * 1024
"""How many bytes of a file are enough to tell; the header must begin within them."""

_MARK: Final = re.compile("(?:\ufeff)*".encode())
_SEP_LINE: Final = re.compile(
    rb"""(["']?)sep=([!#-/:-@\[-`{-~\t])\1\2*[ ]*(?:\r\n?|\n|\Z)""", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """`mark` and `sep_line` are as UTF-8, empty where the file has none.

    `line_end` is that of the header's line.
    """

    encoding: str
    delimiter: str
    mark: bytes = b""
    sep_line: bytes = b""
    line_end: str = "\r\n"


def sniff(
    head: bytes, *, encoding: str, delimiter: str | None = None, columns: Columns = USUAL
) -> Dialect:
    """The dialect of a text that begins with `head`: HEAD_SIZE bytes of UTF-8, or all of it.

    `delimiter` and `columns` are the options. FileError: empty_file, not_csv.
    """
    if not head:
        raise FileError("empty_file")
    mark = _matched(_MARK, head)
    check_text(head[len(mark) :].decode("utf-8", "replace"))
    sep_line = _matched(_SEP_LINE, head[len(mark) :])
    below = head[len(mark + sep_line) :].decode("utf-8", "replace")
    return Dialect(
        encoding=encoding,
        delimiter=delimiter or _named(sep_line) or _guessed(below, columns),
        mark=mark,
        sep_line=sep_line,
    )


def _matched(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    found = pattern.match(data)
    return found[0] if found else b""


def _named(sep_line: bytes) -> str:
    """The delimiter that Excel's first line says."""
    found = _SEP_LINE.match(sep_line)
    return found[2].decode() if found else ""


def _guessed(text: str, columns: Columns) -> str:
    """By which the header has most known names; then, most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = _header_cells(text, delimiter)
        return count_known(cells, columns), len(cells)

    return max(DELIMITERS, key=score)


def _header_cells(text: str, delimiter: str) -> list[str]:
    """Whatever its quotes: if they are wrong, that is told when the delimiter is known."""
    records = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    return next(filter(says_something, records), [])
