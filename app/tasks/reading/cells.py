"""The cells of one record: where they begin and end, and which of them are quoted.

A cell is quoted if its first character after blanks is a quote. Blanks around the quotes do not
belong to the cell.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

BLANKS: Final = " \t\xa0"
"""The characters that may stand around quotes, unless one of them is the delimiter."""

_INSIDE: Final = re.compile(r'(?:[^"]|"")*+')
_INCHES: Final = re.compile(r'(?<=\d)"(?=\s|$)')


class QuoteError(Exception):
    """A record whose quotes do not match."""


class UnclosedQuoteError(QuoteError):
    """A record whose last quote is not closed before the last line ends."""


class Splitter:
    """A splitter of records into cells."""

    def __init__(self, delimiter: str) -> None:
        blanks, end = f"[{BLANKS.replace(delimiter, '')}]*+", re.escape(delimiter)
        self._delimiter = delimiter
        self._opening = re.compile(f'{blanks}"')
        self._unquoted = re.compile(rf"[^{end}\r\n]*+")
        self._behind_quotes = re.compile(rf"{blanks}(?={end}|[\r\n]|\Z)")

    def split(self, lines: Iterator[str]) -> list[str]:
        """Return the cells of the record that begins with the next line, and take its lines.

        Raises `QuoteError`.
        """
        line, at = next(lines), 0
        cells: list[str] = []
        unquoted: list[str] = []
        while at <= len(line):
            if opening := self._opening.match(line, at):
                pieces, line, at = _quoted(line, opening.end(), lines)
                cells.append("".join(pieces).replace('""', '"'))
                if line == "":
                    raise UnclosedQuoteError
                end = self._behind_quotes.match(line, at)
            else:
                end = self._unquoted.match(line, at)
                unquoted.append(line[at : end.end()] if end else "")
                cells.append(unquoted[-1])
            if end is None:
                raise QuoteError
            at = end.end() + 1 if line.startswith(self._delimiter, end.end()) else len(line) + 1
        if _may_belong_together(unquoted):
            raise QuoteError
        return cells


def _quoted(line: str, at: int, lines: Iterator[str]) -> tuple[list[str], str, int]:
    """Return the pieces of a quoted cell, its last line and the position behind its quotes.

    The line is empty if the quotes are not closed.
    """
    pieces = []
    while line:
        start, at = at, _end_inside(line, at)
        pieces.append(line[start:at])
        if line.startswith('"', at):
            return pieces, line, at + 1
        line, at = next(lines, ""), 0
    return pieces, line, at


def _end_inside(line: str, at: int) -> int:
    """Return the position of the quote that closes a cell, or the end of the line."""
    match = _INSIDE.match(line, at)
    return match.end() if match else at


def _may_belong_together(unquoted: Iterable[str]) -> bool:
    """Return whether quotes inside unquoted cells may enclose a delimiter, as in `"Lee, Ann"`.

    The sign of inches behind a number opens no quotes.
    """
    is_open = False
    for cell in unquoted:
        if '"' not in cell:
            continue
        in_pairs = cell.count('"') % 2 == 0
        without_inches = _INCHES.sub("", cell).count('"') % 2 == 0
        if is_open and not (in_pairs and without_inches):
            return True
        is_open = is_open or not without_inches
    return False
