"""The options `update` and `clear_with`: what an upsert may change and empty."""

from collections.abc import Mapping
from unicodedata import normalize

from tests.oracle.attributes import PREFIX
from tests.oracle.known_headers import NAMES

type Options = Mapping[str, str]


def may_change(field: str, options: Options) -> bool:
    """Return whether a file with these options may change the field of an existing user."""
    if field == options.get("match", "email"):
        return False
    named = options.get("update")
    return named is None or field in [name.strip() for name in named.split(",")]


def without_marks(cells: Mapping[str, str], options: Options) -> tuple[dict[str, str], set[str]]:
    """Return the trimmed cells by column, and the fields of an existing user that they empty.

    A cell with the text of `clear_with` becomes empty. The columns are those of `chosen`.
    """
    mark = normalize("NFC", options["clear_with"]) if options.get("clear_with") else None
    marked, filled = set(), set()
    kept = dict(cells)
    for column, cell in cells.items():
        field = _clearable(column)
        if field is None or mark is None:
            continue
        if normalize("NFC", cell) == mark:
            marked.add(field)
            kept[column] = ""
        elif cell:
            filled.add(field)
    return kept, {field for field in marked - filled if may_change(field, options)}


def _clearable(column: str) -> str | None:
    """Return the field of the column if a cell may empty it."""
    if column in NAMES:
        return "name"
    if column.startswith("phone"):
        return "phone"
    return column if column == "external_id" or column.startswith(PREFIX) else None
