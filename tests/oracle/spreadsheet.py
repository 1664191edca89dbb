"""failed-rows.csv as a person opens it in a spreadsheet, corrects it and saves it."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from tests.oracle import reading, rules
from tests.oracle.header import ERROR_COLUMNS, Header
from tests.oracle.reading import Record
from tests.oracle.reference import Answer

_RIGHT = {"name": "Mended", "phone": "123", "is_active": "yes"}


class Sheet:
    """A file with a header, read by the csv module in the job's dialect."""

    def __init__(self, content: bytes, file: Mapping[str, Any]) -> None:
        """`file` is the job's."""
        self._encoding, self._delimiter = str(file["encoding"]), str(file["delimiter"])
        _, text = reading.decoded(content, self._encoding)
        self._mark = content[: len(content) - len(reading.encoded(text, self._encoding))]
        lines = reading.physical_lines(text)
        self._above = lines[:1] if reading.separator(lines) else []
        rows = csv.reader(lines[len(self._above) :], delimiter=self._delimiter)
        self._header, *self.rows = list(rows)

    def saved(self, *, padded: bool) -> bytes:
        """The file again; `padded` as spreadsheets do it that make all rows equally long."""
        text = io.StringIO()
        width = max(map(len, [self._header, *self.rows])) if padded else 0
        writer = csv.writer(text, delimiter=self._delimiter)
        for row in [self._header, *self.rows]:
            writer.writerow([*row, *[""] * (width - len(row))])
        whole = "".join(self._above) + text.getvalue()
        return self._mark + reading.encoded(whole, self._encoding)

    def correct(self, at: int, cells: Mapping[int, str], *, whole_row: bool) -> None:
        """Type cells by their column; where the row's shape was wrong, all of them anew."""
        if whole_row:
            own = [cells.get(position, "") for position in range(self._own_width)]
            self.rows[at] = [*own, *[""] * len(ERROR_COLUMNS)]
        for position, cell in cells.items():
            self.rows[at][position] = cell

    @property
    def _own_width(self) -> int:
        return len(self._header) - len(ERROR_COLUMNS)


def corrected(answer: Answer, header: Header, *, email: str) -> dict[str, str]:
    """What a refused row should have said, for the person of this address."""
    cells: dict[str, str] = dict.fromkeys(header.fields.values(), "")
    if answer.column:
        cells, _ = header.person(Record(answer.line, list(answer.cells), ""))
    cells["email"] = email
    while fault := rules.fault(cells):
        cells[fault[0]] = _RIGHT[fault[0]]
    return cells


def changes(answer: Answer, header: Header, cells: Mapping[str, str]) -> dict[int, str]:
    """The cells of the row that have to be typed for this, by position."""
    before: dict[str, str] = {}
    if answer.column:
        before, _ = header.person(Record(answer.line, list(answer.cells), ""))
    positions = {field: position for position, field in header.fields.items()}
    return {positions[f]: cell for f, cell in cells.items() if before.get(f) != cell}
