"""A returned rejected-rows.csv: the uploader's cells, and the rows whose shape is still wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

ERROR_COLUMNS: Final = ("error_line", "error_column", "error_code", "error_message")
"""The columns that rejected-rows.csv appends. A file with all of them has guarded cells."""

_CODE: Final = ERROR_COLUMNS.index("error_code")


@dataclass(frozen=True)
class Returned:
    """Positions in the rows of a returned file, which have `width` cells.

    `own` are the uploader's columns, `last_named` is the last of them with a name, and `code` is
    the column error_code.
    """

    width: int
    own: tuple[int, ...]
    last_named: int
    code: int

    @classmethod
    def from_header(cls, names: Sequence[str]) -> Self | None:
        """Return the positions by the header's names in lower case.

        Return `None` if the file is not a rejected-rows.csv.
        """
        if not set(ERROR_COLUMNS) <= set(names):
            return None
        code = names.index(ERROR_COLUMNS[_CODE])
        # Spreadsheets add the columns without a name on the right.
        own = [
            number
            for number, name in enumerate(names)
            if name not in ERROR_COLUMNS and (name or number < code)
        ]
        last_named = max((number for number in own if names[number]), default=0)
        return cls(len(names), tuple(own), last_named, code)

    def shape_error(self, cells: Sequence[str]) -> tuple[str, int] | None:
        """Return the error code of a row whose shape is still wrong, and its number of own cells.

        The error columns decide, because the shape cannot: rejected-rows.csv pads short rows with
        empty cells, and spreadsheets make all rows equally wide. An uploader who wants such a row
        imported as it is empties its error_code.
        """
        if (count := self._count_before_displaced(cells)) is not None:
            return "too_many_columns", count
        if cells[self.code].strip() == "too_few_columns" and not cells[self.last_named].strip():
            filled = [n for n, at in enumerate(self.own, start=1) if cells[at].strip()]
            return "too_few_columns", max(filled, default=0)
        return None

    def own_cells(self, cells: Sequence[str]) -> list[str]:
        """Return the row without its error cells, which a row with too many cells has displaced."""
        if (count := self._count_before_displaced(cells)) is not None:
            return list(cells[:count])
        return [cells[at] for at in self.own if at < len(cells)] + list(cells[self.width :])

    def _count_before_displaced(self, cells: Sequence[str]) -> int | None:
        """Return how many cells precede the error cells of a row with too many cells.

        Return `None` for any other row.
        """
        behind = enumerate(cells[self.code + 1 :], start=self.code + 1)
        codes = (at for at, cell in behind if cell.strip() == "too_many_columns")
        at = next(codes, None)
        return None if at is None else at - _CODE
