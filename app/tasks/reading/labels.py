"""A row of labels: some templates name their columns a second time, below the header."""

from collections.abc import Mapping, Sequence

from tasks.reading.header_columns import NAME_PARTS
from tasks.reading.header_rules import ATTRIBUTE
from tasks.reading.known_headers import meaning_of, normalised


def is_row_of_labels(row: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Return whether the first row names the fields as the header does, as in SuccessFactors.

    `columns` has the positions of the imported fields. Those of attributes have no say: a row of
    users must not become a row of labels when the declaration of an attribute changes.
    """
    fields = {field: at for field, at in columns.items() if not field.startswith(ATTRIBUTE)}
    filled = {field: row[at] for field, at in fields.items() if at < len(row) and row[at].strip()}
    return "email" in filled and all(_means(field, cell) for field, cell in filled.items())


def _means(field: str, cell: str) -> bool:
    meaning = meaning_of(normalised(cell))
    known = meaning.field if meaning else ""
    return known == field.partition(" ")[0] or {known, field} <= {"name", *NAME_PARTS}
