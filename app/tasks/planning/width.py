"""Numbers of rows that bound memory, for frames with many columns. Imports no Django."""

from typing import Final

_USUAL_COLUMNS: Final = 7
"""Those of a file with an e-mail address, an external id, a name, a phone and is_active."""


def fewer_if_wide(rows: int, *, columns: int) -> int:
    """Return how many rows with this many columns take the memory of `rows` usual ones."""
    return max(1, rows * _USUAL_COLUMNS // max(_USUAL_COLUMNS, columns))
