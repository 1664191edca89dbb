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
        blanks = BLANKS.replace(delimiter, "")
        self._delimiter = delimiter
        self._blanks = frozenset(blanks)
        self._opening = re.compile(f'[{blanks}]*+"')
        self._behind_quotes = re.compile(rf"[{blanks}]*+(?:({re.escape(delimiter)})|(?=[\r\n]|\Z))")

    def split(self, lines: Iterator[str]) -> list[str]:
        """Return the cells of the record that begins with the next line, and take its lines.

        Raises `QuoteError`.
        """
        line, at = next(lines), 0
        cells: list[str] = []
        unquoted: list[str] = []
        is_over = False
        while not is_over:
            if start := self._inside_quotes(line, at):
                cell, line, at = _quoted(line, start, lines)
                behind = self._behind_quotes.match(line, at)
                if behind is None:
                    raise QuoteError
                at, is_over = behind.end(), behind[1] is None
            else:
                end = line.find(self._delimiter, at)
                is_over = end < 0
                cell = line[at:].rstrip("\r\n") if is_over else line[at:end]
                at = end + 1
                if '"' in cell:
                    unquoted.append(cell)
            cells.append(cell)
        if _may_belong_together(unquoted):
            raise QuoteError
        return cells

    def _inside_quotes(self, line: str, at: int) -> int:
        """Return the position behind the quote that opens the cell, or 0 if none does."""
        if line.startswith('"', at):
            return at + 1
        if line[at : at + 1] not in self._blanks:
            return 0
        opening = self._opening.match(line, at)
        return opening.end() if opening else 0


def _quoted(line: str, at: int, lines: Iterator[str]) -> tuple[str, str, int]:
    """Return the quoted cell, its last line and the position behind its quotes.

    `at` is the position behind the first quote. Raises `UnclosedQuoteError`.
    """
    pieces = []
    while True:
        inside = _INSIDE.match(line, at)[0]  # type: ignore[index]
        pieces.append(inside)
        at += len(inside)
        if at < len(line):
            return "".join(pieces).replace('""', '"'), line, at + 1
        line, at = next(lines, ""), 0
        if not line:
            raise UnclosedQuoteError


def _may_belong_together(unquoted: Iterable[str]) -> bool:
    """Return whether the quotes in unquoted cells may enclose a delimiter, as in `Dr "Lee, Ann"`.

    The sign of inches behind a number opens no quotes.
    """
    is_open = False
    for cell in unquoted:
        in_pairs = cell.count('"') % 2 == 0
        without_inches = _INCHES.sub("", cell).count('"') % 2 == 0
        if is_open and not (in_pairs and without_inches):
            return True
        is_open = is_open or not without_inches
    return False
