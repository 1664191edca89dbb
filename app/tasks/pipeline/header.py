"""What the first row says: which column is which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasks.pipeline.codes import FileError
from tasks.pipeline.spreadsheet import ERROR_COLUMNS

MAX_COLUMNS: Final = 2000
FIELD_OF_HEADER: Final = {
    "email": "email",
    "e-mail": "email",
    "name": "name",
    "nome": "name",
    "phone": "phone",
    "telefone": "phone",
    "is_active": "is_active",
    "ativo": "is_active",
}
"""Headers that are understood, in any case, English and Portuguese."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """`columns` maps a field to its position; `width` counts all columns.

    `guarded`: the file is a failed-rows.csv of ours, see spreadsheet.py.
    """

    width: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    guarded: bool


def count_known(cells: Sequence[str]) -> int:
    """How many of the cells are headers that are understood."""
    return sum(_key(cell) in FIELD_OF_HEADER for cell in cells)


def understand(cells: Sequence[str]) -> Header:
    """The header in `cells`.

    FileError: not_csv, undecodable, missing_header, missing_email_column, duplicate_header.
    """
    _require_text(cells)
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for position, cell in enumerate(cells):
        field = FIELD_OF_HEADER.get(_key(cell))
        if field is None:
            ignored.append(cell.strip())
        elif field in columns:
            raise FileError("duplicate_header", f"Two columns are headed as {field}; keep one.")
        else:
            columns[field] = position
    if "email" not in columns:
        if any("@" in cell for cell in cells):
            raise FileError("missing_header", "The first row is data; put a header above it.")
        named = ", ".join(cell.strip()[:50] for cell in cells[:20])
        raise FileError(
            "missing_email_column", f"No column is headed email or e-mail; found: {named}."
        )
    return Header(
        width=len(cells),
        columns=columns,
        ignored=tuple(name for name in ignored if name not in ERROR_COLUMNS),
        guarded=set(ERROR_COLUMNS) <= set(ignored),
    )


def _require_text(cells: Sequence[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise FileError("not_csv", f"The first row has more than {MAX_COLUMNS:,} columns.")
    text = "".join(cells)
    if "\0" in text:
        raise FileError("not_csv", "The first row has NUL bytes: this is not a text file.")
    if "\r" in text:
        raise FileError("not_csv", "The lines end in CR alone; save them with LF or CR LF ends.")
    if any("\udc80" <= character <= "\udcff" for character in text):
        raise FileError("undecodable", "The header is not UTF-8; save it as CSV UTF-8.")


def _key(cell: str) -> str:
    return cell.strip().casefold()
