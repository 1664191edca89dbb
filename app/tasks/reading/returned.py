"""A failed-rows.csv that comes back: what of it is the uploader's own, and what nobody has mended.

Knows no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

ERROR_COLUMNS: Final = ("error_line", "error_column", "error_code", "error_message")
"""What failed-rows.csv appends; a file with all of them is one of ours and has guarded cells."""

_CODE: Final = ERROR_COLUMNS.index("error_code")


@dataclass(frozen=True)
class Returned:
    """Positions in rows of `width`: of the `own` columns, the last `named` of these, the code."""

    width: int
    own: tuple[int, ...]
    named: int
    code: int

    @classmethod
    def understand(cls, names: Sequence[str]) -> Self | None:
        """By the header's names in lower case; None where the file did not come from here."""
        if not set(ERROR_COLUMNS) <= set(names):
            return None
        code = names.index(ERROR_COLUMNS[_CODE])
        # Columns without a name on the right are those that a spreadsheet has added.
        own = [
            number
            for number, name in enumerate(names)
            if name not in ERROR_COLUMNS and (name or number < code)
        ]
        named = max((number for number in own if names[number]), default=0)
        return cls(len(names), tuple(own), named, code)

    def flaw(self, cells: Sequence[str]) -> tuple[str, int] | None:
        """The code of a row whose shape was wrong and still is, and how many own cells it has.

        Its shape does not tell: short rows went out filled up with empty cells, and spreadsheets
        make all rows as wide as the widest. Whoever wants such a row as it is empties the code.
        """
        if (after := self._displaced(cells)) is not None:
            return "too_many_columns", after
        if cells[self.code].strip() == "too_few_columns" and not cells[self.named].strip():
            filled = [n for n, at in enumerate(self.own, start=1) if cells[at].strip()]
            return "too_few_columns", max(filled, default=0)
        return None

    def own_cells(self, cells: Sequence[str]) -> list[str]:
        """Without the error columns; of a row with too many cells they stand farther right."""
        if (after := self._displaced(cells)) is not None:
            return list(cells[:after])
        return [cells[at] for at in self.own if at < len(cells)] + list(cells[self.width :])

    def _displaced(self, cells: Sequence[str]) -> int | None:
        """Where the error cells of a row with too many cells begin."""
        farther = enumerate(cells[self.code + 1 :], start=self.code + 1)
        codes = (at for at, cell in farther if cell.strip() == "too_many_columns")
        at = next(codes, None)
        return None if at is None else at - _CODE
