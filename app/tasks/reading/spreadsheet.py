"""Cells that a spreadsheet would run as a formula are shown behind a `'`, and taken back from it.

OWASP's list for CSV injection: = + - @, tab and carriage return at a cell's start. Every cell that
already begins with such quotes gets one more, so that taking one away always gives it back.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
GUARDED = r"^'+[=+\-@\t\r]"
"""What a guarded cell looks like, for column-wise use: without its first `'` it is as it was."""


_GUARDED = re.compile(GUARDED)


def is_guarded(cell: str) -> bool:
    """Whether it is as `guard` leaves what it guards."""
    return bool(_GUARDED.match(cell))


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if is_guarded(cell) else cell


def guard(cell: str) -> str:
    """The cell as it is safe to open in a spreadsheet."""
    return f"'{cell}" if _RISKY.match(cell) else cell
