"""The dialect of a file: its delimiter, and the bytes before its header."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from itertools import islice
from typing import Final

from tasks.codes import FileError
from tasks.options import DELIMITERS
from tasks.reading.formats import check_text
from tasks.reading.header_columns import Rows, count_known
from tasks.reading.header_rules import NO_RULES, HeaderRules
from tasks.reading.header_search import MAX_LINES, SAMPLE, Found, Line, find_header
from tasks.reading.records import RecordReader, has_content
from tasks.reading.source import LineSource
from tasks.reading.spreadsheet import text_of
from users_uc.attributes.declared import NO_ATTRIBUTES

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
    the header's line. `header_line` is the physical line in which the header begins, `header` has
    its cells, and `sample` has some records below it.
    """

    encoding: str
    delimiter: str
    bom: bytes = b""
    sep_line: bytes = b""
    line_end: str = "\r\n"
    header_line: int = 1
    header: Sequence[str] = ()
    sample: Rows = ()


def sniff(
    head: bytes,
    *,
    encoding: str,
    delimiter: str | None = None,
    rules: HeaderRules = NO_RULES,
) -> Dialect:
    """Return the dialect of a text that begins with `head`: HEAD_SIZE bytes of UTF-8, or all of it.

    `delimiter` is the uploader's option. Attributes have no say, so that the header is the same
    when their declarations have changed. Raises `FileError` (empty_file, not_csv).
    """
    rules = replace(rules, attributes=NO_ATTRIBUTES)
    if not head:
        raise FileError("empty_file")
    bom = _match(_BOM, head)
    check_text(head[len(bom) :].decode("utf-8", "replace"))
    sep_line = _match(_SEP_LINE, head[len(bom) :])
    rest = head[len(bom + sep_line) :].decode("utf-8", "replace")
    declared = delimiter or _declared_delimiter(sep_line)
    chosen, found = _choose(rest, [declared] if declared else DELIMITERS, rules)
    return Dialect(
        encoding=encoding,
        delimiter=chosen,
        bom=bom,
        sep_line=sep_line,
        header_line=bool(sep_line) + (found.line.number if found else 1),
        header=found.line.cells if found else (),
        sample=found.sample if found else (),
    )


def _match(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    match = pattern.match(data)
    return match[0] if match else b""


def _declared_delimiter(sep_line: bytes) -> str:
    """Return the delimiter that Excel's line `sep=` declares, or an empty string."""
    match = _SEP_LINE.match(sep_line)
    return match[2].decode() if match else ""


def _choose(text: str, delimiters: Sequence[str], rules: HeaderRules) -> tuple[str, Found | None]:
    """Return the delimiter that gives the header most known names, then most cells; the header."""
    absent = next((one for one in delimiters if one not in text), "")
    found = {
        one: find_header(_first_lines(text, one), rules)
        for one in delimiters
        if one in text or one == absent
    }

    def score(delimiter: str) -> tuple[bool, int, int]:
        header = found.get(delimiter, found.get(absent))
        if header is None:
            return False, 0, 0
        line = header.line
        return header.recognised, count_known(line.keys, rules), len(line.cells)

    best = max(delimiters, key=score)
    return best, found.get(best, found.get(absent))


def _first_lines(text: str, delimiter: str) -> list[Line]:
    """Return the first records with content. Wrong quotes are reported when they are read."""
    lines: list[Line] = []
    reader = RecordReader(LineSource(BytesIO(text.encode())), delimiter=delimiter)
    try:
        lines.extend(islice(_filled(reader, delimiter), MAX_LINES + SAMPLE))
    except FileError:
        if not lines:
            line = next(islice(StringIO(text, newline=""), reader.line - 1, None))
            return [Line(reader.line, line.split(delimiter))]
    return lines


def _filled(reader: RecordReader, delimiter: str) -> Iterator[Line]:
    for record in reader.all(HEAD_SIZE):
        cells = record.cells or record.text.rstrip("\r\n").split(delimiter)
        if has_content(cells):
            yield Line(record.line, [text_of(cell) for cell in cells])
