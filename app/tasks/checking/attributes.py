"""The values of declared attributes, for whole columns."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import polars as pl

from tasks.checking.stored_forms import stored, with_stored
from tasks.options import Options
from tasks.reading.header_rules import attribute_name
from tasks.reading.known_headers import NO, YES
from users_uc.attributes.cells import from_cell
from users_uc.attributes.dates import DateOrder
from users_uc.attributes.declared import AttributeType, Declared, DeclaredAttribute
from users_uc.attributes.values import STORED, TEXT_MAX_LENGTH, Fault, InvalidValueError
from users_uc.text import CONTROL_CHARACTERS

_WORDS: Final = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
BARE: Final = (AttributeType.INTEGER, AttributeType.BOOLEAN)
"""The types whose values have no quotes in JSON."""
_SHORT_ESCAPES, _LONG_ESCAPES = r'["\\\t\n\f\r]', "\v"
"""Characters that take 2 and 6 bytes in a JSON text."""
SIZE: Final = "attributes"
"""The column with the bytes of the values as JSON."""


def with_stored_values(
    rows: pl.DataFrame,
    fields: Sequence[str],
    declared: Declared,
    options: Options,
    *,
    heartbeat: Callable[[], None],
    is_plain: bool = False,
) -> pl.DataFrame:
    """Add the stored forms and faults of the fields (see stored_forms.py), and SIZE.

    A stored form is the text of a value: `42` for a number, `true` for a boolean. It is empty for
    an empty cell. If `is_plain`, all texts are in normal form C.
    """
    for field in fields:
        attribute = declared[attribute_name(field)]
        rows = with_stored(
            rows,
            field,
            is_stored=(pl.col(field) == "") | _is_stored_form(field, attribute, is_nfc=is_plain),
            read=partial(_read, attribute, date_order=options.date_order),
            heartbeat=heartbeat,
        )
    return rows.with_columns(_size(fields, declared)) if fields else rows


def are_values(texts: pl.Series, attribute: DeclaredAttribute) -> bool:
    """Return whether the stored forms, which may be null, are values of the attribute.

    They are those of an attribute that may have had another type or other choices.
    """
    if attribute.type is AttributeType.TEXT:
        return True
    rows = texts.drop_nulls().to_frame()
    others = rows.filter(~_is_stored_form(texts.name, attribute))[texts.name].unique()
    return all(_read(attribute, text) == (text, None) for text in others)


def _is_stored_form(column: str, attribute: DeclaredAttribute, *, is_nfc: bool = False) -> pl.Expr:
    """Return whether the cell is surely the text of a value of the attribute."""
    cell = pl.col(column)
    match attribute.type:
        case AttributeType.TEXT:
            return _is_stored_text(cell, is_nfc=is_nfc)
        case AttributeType.BOOLEAN:
            return cell.is_in(["true", "false"])
        case AttributeType.CHOICE:
            return cell.is_in(attribute.choices)
    return cell.str.contains(STORED[attribute.type])


def _is_stored_text(cell: pl.Expr, *, is_nfc: bool) -> pl.Expr:
    trimmed = cell.str.strip_chars()
    stored = trimmed if is_nfc else trimmed.str.normalize("NFC")
    is_short = cell.str.len_chars() <= TEXT_MAX_LENGTH
    return is_short & ~cell.str.contains(f"[{CONTROL_CHARACTERS}]") & (cell == stored)


def _read(
    attribute: DeclaredAttribute, cell: str, *, date_order: DateOrder | None = None
) -> tuple[str | None, Fault | None]:
    try:
        value = from_cell(attribute, cell, _WORDS, date_order)
    except InvalidValueError as error:
        return None, error.fault
    if isinstance(value, bool):
        return str(value).lower(), None
    return "" if value is None else str(value), None


def _size(fields: Sequence[str], declared: Declared) -> pl.Expr:
    """Return the bytes of the values as JSON, as values.size counts them."""
    entries = [_entry_size(field, declared[attribute_name(field)]) for field in fields]
    return pl.sum_horizontal(entries).cast(pl.Int64).alias(SIZE)


def _entry_size(field: str, attribute: DeclaredAttribute) -> pl.Expr:
    """Return the bytes of `"name": value, `. The last comma counts instead of the braces."""
    text = pl.col(stored(field))
    size = text.str.len_bytes() + len(attribute.name) + len('"": , ')
    if attribute.type not in BARE:
        size += (
            2
            + text.str.count_matches(_SHORT_ESCAPES)
            + 5 * text.str.count_matches(_LONG_ESCAPES, literal=True)
        )
    return pl.when(text != "").then(size).otherwise(0)
