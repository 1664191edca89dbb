"""The search for the header among the first records of a file.

Other systems write lines above it, such as `version:v1.0`, `#TYPE`, or the title of a report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tasks.reading.header import MAX_COLUMNS
from tasks.reading.header_columns import (
    Rows,
    find_candidates,
    is_address,
    is_data,
    keys_of,
    may_have_email,
)
from tasks.reading.header_rules import HeaderRules

MAX_LINES: Final = 20
"""Lines in which the header is searched, from the first line that is not blank."""
SAMPLE: Final = 20
"""Records below the header that decide in cases of doubt."""


@dataclass(frozen=True)
class Line:
    """A record that is not blank, and the physical line in which it begins."""

    number: int
    cells: list[str]

    @cached_property
    def keys(self) -> list[str]:
        """The cells as normalised headers."""
        return keys_of(self.cells)


@dataclass(frozen=True)
class Found:
    """The record that is the header, or the most likely one if it is not `recognised`.

    `sample` has the records below it.
    """

    line: Line
    sample: Rows
    recognised: bool


def find_header(lines: Sequence[Line], rules: HeaderRules) -> Found | None:
    """Return the header among the first records of a file; `None` if there are no records.

    An e-mail address can stand above the header, in the title of a report. A header below one must
    have two known columns, because a cell of a user can be the name of a field too.
    """
    if not lines:
        return None
    searched = [line for line in lines if line.number < lines[0].number + MAX_LINES]
    needed, fallback = 1, None
    for at, line in enumerate(searched):
        if is_data(line.cells, rules):
            needed = 2
            continue
        fields, fits = _known_fields(lines, at, rules)
        if fits and fields >= needed:
            return _found(lines, at, recognised=True)
        if fields >= needed and fallback is None:
            fallback = at
    if fallback is not None:
        return _found(lines, fallback, recognised=True)
    return _found(lines, _likely(searched), recognised=False)


def _known_fields(lines: Sequence[Line], at: int, rules: HeaderRules) -> tuple[int, bool]:
    """Return the number of known fields of a header, and whether it has all requested columns.

    The number is 0 for a record without a column of e-mail addresses.
    """
    line = lines[at]
    if len(line.cells) > MAX_COLUMNS or not may_have_email(line.keys, rules):
        return 0, False
    candidates = find_candidates(line.keys, rules, _sample(lines, at))
    fields = len(candidates.by_field) if "email" in candidates.by_field else 0
    return fields, candidates.missing is None


def _likely(lines: Sequence[Line]) -> int:
    """Return the first record with a name above the first e-mail address, or the first one.

    A record with a single cell is the title of a table that has several columns.
    """
    for number, line in enumerate(lines):
        at = next((at for at, cell in enumerate(line.cells) if is_address(cell)), None)
        if at is not None:
            least = min(2, _count_filled(line.cells))
            return next(n for n in range(number + 1) if _is_header(lines[n].cells, at, least))
    return 0


def _is_header(cells: Sequence[str], at: int, least: int) -> bool:
    return at < len(cells) and bool(cells[at].strip()) and _count_filled(cells) >= least


def _count_filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _found(lines: Sequence[Line], at: int, *, recognised: bool) -> Found:
    return Found(lines[at], _sample(lines, at), recognised)


def _sample(lines: Sequence[Line], at: int) -> Rows:
    return [line.cells for line in lines[at + 1 : at + 1 + SAMPLE]]
