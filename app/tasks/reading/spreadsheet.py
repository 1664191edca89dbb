"""Cells that a spreadsheet would run as a formula, and formulas that are only texts.

Guards for the first are a leading `'`, added and removed.

The risky first characters are those of OWASP's list for CSV injection. A cell that begins with
quotes before such a character gets one more quote. So removing one quote always gives the original
cell.
"""

import re

from users_uc.exported import FORMULA_STARTS

RISKY = f"^'*[{FORMULA_STARTS}]"
"""The pattern of a cell that needs a guard, for whole columns."""
GUARDED = f"^'+[{FORMULA_STARTS}]"
"""The pattern of a guarded cell, for whole columns; without its first `'` the cell is original."""

TEXT_CELL = r'^\s*="((?:[^"]|"")*)"\s*$'
"""The pattern of a text that Excel must not take for a number, `="0123"`; quotes are doubled."""

_RISKY = re.compile(RISKY)
_GUARDED = re.compile(GUARDED)
_TEXT_CELL = re.compile(TEXT_CELL)


def is_guarded(cell: str) -> bool:
    """Return whether the cell looks as `guard` returns a risky cell."""
    return bool(_GUARDED.match(cell))


def unguard(cell: str) -> str:
    """Return the original of a guarded cell, and any other cell unchanged."""
    return cell[1:] if is_guarded(cell) else cell


def text_of(cell: str) -> str:
    """Return the text of a TEXT_CELL, and any other cell unchanged."""
    match = _TEXT_CELL.match(cell)
    return match[1].replace('""', '"') if match else cell


def guard(cell: str) -> str:
    """Return the cell in a form that is safe to open in a spreadsheet."""
    return f"'{cell}" if _RISKY.match(cell) else cell
