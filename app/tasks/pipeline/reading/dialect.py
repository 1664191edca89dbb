"""How a file is written: its delimiter, and what stands before the header. Knows no Django."""

import csv
import re
from dataclasses import dataclass
from typing import Final

from tasks.pipeline.codes import FileError
from tasks.pipeline.options import DELIMITERS
from tasks.pipeline.reading.formats import refuse_text
from tasks.pipeline.reading.header import USUAL, Columns, count_known

HEAD_SIZE: Final = 64 * 1024
"""How many bytes of a file are enough to tell; the header must begin within them."""

_MARK: Final = re.compile("(?:\ufeff)*".encode())
_SEP_LINE: Final = re.compile(
    rb"""(["']?)sep=([!#-/:-@\[-`{-~\t])\1\2*[ ]*(?:\r\n?|\n|\Z)""", re.IGNORECASE
)
_NOTHING: Final = b' \t,;|"'


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

    `delimiter` and `columns` are the options. FileError: empty_file, not_csv, missing_header.
    """
    if not head:
        raise FileError("empty_file", "The file is empty.")
    mark = _matched(_MARK, head)
    text = head[len(mark) :]
    refuse_text(text.decode("utf-8", "replace"))
    sep_line = _matched(_SEP_LINE, text)
    header = _first_line(text[len(sep_line) :])
    return Dialect(
        encoding=encoding,
        delimiter=delimiter or _named(sep_line) or _guessed(header, columns),
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


def _guessed(header: str, columns: Columns) -> str:
    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return count_known(cells, columns), len(cells)

    return max(DELIMITERS, key=score)


def _first_line(text: bytes) -> str:
    """The first line that says anything."""
    for line in text.splitlines():
        if line.strip(_NOTHING):
            return line.decode("utf-8", "replace")
    raise FileError("missing_header", "The file has no header; begin with a line of column names.")
