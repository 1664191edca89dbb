"""A row of a file as it is meant, and the rules that decide whether it is rejected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.oracle import rules
from tests.oracle.attributes import (
    MAX_SIZE,
    PREFIX,
    Attributes,
    InvalidValueError,
    Value,
    Values,
    size,
    value_of,
)
from tests.oracle.clearing import Options, without_marks
from tests.oracle.header import Header
from tests.oracle.merging import merged
from tests.oracle.reading import Record
from tests.oracle.rules import Fault


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row: its trimmed cells by field, the fields that it empties, its values of attributes."""

    cells: Mapping[str, str]
    cleared: Collection[str] = ()
    values: Values = field(default_factory=dict)


NO_ROW = Row(cells={})


def read_row(
    record: Record, header: Header, options: Options, attributes: Attributes
) -> tuple[Row, Fault | None]:
    """Return the row of a record, and the first rule that it breaks."""
    columns, fault = header.values_by_field(record)
    if fault:
        return NO_ROW, fault
    columns, cleared = without_marks(columns, options)
    return judged(merged(columns), cleared, options, attributes)


def judged(
    cells: Mapping[str, str], cleared: Collection[str], options: Options, attributes: Attributes
) -> tuple[Row, Fault | None]:
    """Return the row of these merged cells, and the first rule that it breaks."""
    fault = rules.fault(cells, match=options.get("match", "email"))
    values: dict[str, Value] = {}
    by_field = {one.field: one for one in attributes}
    for name, cell in cells.items():
        if cell and name.startswith(PREFIX):
            try:
                values[name.removeprefix(PREFIX)] = value_of(
                    by_field[name], cell, options.get("date_order", "")
                )
            except InvalidValueError:
                fault = fault or (name, "invalid_attribute")
    for name in cells:
        if name in cleared and name in by_field and by_field[name].required:
            fault = fault or (name, "missing_attribute")
    if size(values) > MAX_SIZE:
        fault = fault or ("attributes", "invalid_attribute")
    return Row(cells=cells, cleared=cleared, values=values), fault
