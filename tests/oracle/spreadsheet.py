"""rejected-rows.csv as a user opens, corrects and saves it in a spreadsheet."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from tests.oracle import reading
from tests.oracle.attributes import Attribute, Attributes
from tests.oracle.clearing import Options, without_marks
from tests.oracle.header import ERROR_COLUMNS, Header
from tests.oracle.reading import Record
from tests.oracle.results import RecordResult
from tests.oracle.row import Row, judged

_VALID = {"name": "Mended", "phone": "123", "is_active": "yes", "must_change_password": ""}
_VALUES = {
    "text": "Mended", "integer": "1", "decimal": "1.5", "boolean": "yes", "date": "2026-01-31",
}  # fmt: skip


class Sheet:
    """A file with a header, read by the csv module in the dialect of the job."""

    def __init__(self, content: bytes, file: Mapping[str, Any]) -> None:
        """Read the content; `file` is the `file` object of the job's status document."""
        self._encoding, self._delimiter = str(file["encoding"]), str(file["delimiter"])
        _, text = reading.decoded(content, self._encoding)
        self._bom = content[: len(content) - len(reading.encoded(text, self._encoding))]
        lines = reading.physical_lines(text)
        self._separator_line = lines[:1] if reading.separator(lines) else []
        rows = csv.reader(lines[len(self._separator_line) :], delimiter=self._delimiter)
        self._header, *self.rows = list(rows)

    def to_bytes(self, *, padded: bool) -> bytes:
        """Return the saved file; `padded` makes all rows equally long, as some spreadsheets do."""
        text = io.StringIO()
        width = max(map(len, [self._header, *self.rows])) if padded else 0
        writer = csv.writer(text, delimiter=self._delimiter)
        for row in [self._header, *self.rows]:
            writer.writerow([*row, *[""] * (width - len(row))])
        content_text = "".join(self._separator_line) + text.getvalue()
        return self._bom + reading.encoded(content_text, self._encoding)

    def correct(self, at: int, cells: Mapping[int, str], *, whole_row: bool) -> None:
        """Set these cells, by column; `whole_row` clears the others, for a row of wrong length."""
        if whole_row:
            own = [cells.get(position, "") for position in range(self._own_width)]
            self.rows[at] = [*own, *[""] * len(ERROR_COLUMNS)]
        for position, cell in cells.items():
            self.rows[at][position] = cell

    @property
    def _own_width(self) -> int:
        return len(self._header) - len(ERROR_COLUMNS)


def corrected(
    result: RecordResult, header: Header, options: Options, attributes: Attributes, *, email: str
) -> Row:
    """Return the row that a rejected row should have been, for a user with this address.

    An external id is the same text.
    """
    cells: dict[str, str] = dict.fromkeys(header.fields.values(), "")
    if result.column:
        cells, _ = without_marks(_cells(result, header), options)
    cells["email"] = email
    if "external_id" in cells:
        cells["external_id"] = email
    by_field = {one.field: one for one in attributes}
    for field in by_field.keys() & cells.keys():
        if by_field[field].required and not cells[field]:
            cells[field] = _value(by_field[field])
    while True:
        row, fault = judged(cells, (), options, attributes)
        if fault is None:
            return row
        field = fault[0]
        if field == "attributes":  # they are too large together
            texts = [f for f in cells if f in by_field and by_field[f].type == "text"]
            cells |= dict.fromkeys(texts, "Mended")
        else:
            cells[field] = _VALID[field] if field in _VALID else _value(by_field[field])


def _value(attribute: Attribute) -> str:
    return attribute.choices[0] if attribute.choices else _VALUES[attribute.type]


def _cells(result: RecordResult, header: Header) -> dict[str, str]:
    cells, _ = header.values_by_field(Record(result.line, list(result.cells), ""))
    return cells


def changes(
    result: RecordResult, header: Header, options: Options, cells: Mapping[str, str]
) -> dict[int, str]:
    """Return the cells of the row that have to be changed for this, by position."""
    before: dict[str, str] = {}
    if result.column:
        before, _ = without_marks(_cells(result, header), options)
    positions = {field: position for position, field in header.fields.items()}
    return {positions[f]: cell for f, cell in cells.items() if before.get(f) != cell}
