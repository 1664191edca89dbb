"""The search for the header among the first records of a file, by a plain loop."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.oracle import known_headers, reading
from tests.oracle.header_keys import key, shortened
from tests.oracle.known_headers import ColumnOption, is_address
from tests.oracle.reading import FileError, Record
from tests.oracle.rules import without_excel_formula

_LINES, _SAMPLE = 20, 20


@dataclass(frozen=True)
class Place:
    """A header: its record, the cells of the records below it, and how much of it is known."""

    record: Record
    sample: Sequence[Sequence[str]]
    recognised: bool
    known: int
    width: int


def header_place(
    lines: Sequence[str], delimiter: str, option: ColumnOption, *, start: int
) -> Place | None:
    """Return the header of the lines from index `start` on; None if there is no record."""
    records = _first_records(lines, delimiter, start)
    cells = [_cells(record, delimiter) for record in records]
    if not records:
        return None
    best = None
    seen_address = False
    for at, record in enumerate(records):
        if record.line - records[0].line >= _LINES:
            break
        if any(map(is_address, cells[at])) and "email" not in option.values():
            seen_address = True
            continue
        fields, is_complete = _fields(cells, at, option)
        if fields > seen_address and is_complete:
            best = at
            break
        if fields > seen_address and best is None:
            best = at
    last = max(n for n, r in enumerate(records) if r.line - records[0].line < _LINES)
    at = _likely(cells[: last + 1]) if best is None else best
    keys = [key(cell) for cell in cells[at]]
    asked = {key(name) for name in option} | {shortened(key(n)) for n in option}
    known = sum(text in asked or known_headers.known(text) is not None for text in keys)
    sample = cells[at + 1 : at + 1 + _SAMPLE]
    return Place(records[at], sample, best is not None, known, len(keys))


def _first_records(lines: Sequence[str], delimiter: str, start: int) -> list[Record]:
    found: list[Record] = []
    try:
        for record in reading.records(lines, delimiter, start=start):
            if not record.is_empty:
                found.append(record)
            if len(found) == _LINES + _SAMPLE:
                break
    except FileError:
        if not found:
            raise
    return found


def _cells(record: Record, delimiter: str) -> list[str]:
    """Return the record's cells; those of malformed quotes as well as they can be read."""
    if record.cells is not None:
        return [without_excel_formula(cell) for cell in record.cells]
    return record.text.rstrip("\r\n").split(delimiter)


def _fields(cells: Sequence[Sequence[str]], at: int, option: ColumnOption) -> tuple[int, bool]:
    """Return the number of known fields, 0 without `email`, and whether all requested are there."""
    keys = [key(cell) for cell in cells[at]]
    present: ColumnOption = {}
    for name, field in option.items():
        try:
            known_headers.requested(keys, {name: field})
            present = {**present, name: field}
        except FileError:
            continue
    found = known_headers.candidates(keys, present, cells[at + 1 : at + 1 + _SAMPLE])
    if "email" in option.values() and "email" not in present.values():
        return 0, False
    return len(found) if "email" in found else 0, len(present) == len(option)


def _likely(cells: Sequence[Sequence[str]]) -> int:
    """Return the first record with a name above the first e-mail address, or the first record."""
    for row in cells:
        for at, cell in enumerate(row):
            if is_address(cell):
                several = sum(bool(c.strip()) for c in row) > 1
                for number, above in enumerate(cells):
                    filled = sum(bool(c.strip()) for c in above)
                    if at < len(above) and above[at].strip() and filled >= 1 + several:
                        return number
    return 0
