"""Values of attributes from the cells of a file, and from the query of the list of users."""

from collections.abc import Mapping
from typing import Final

from users_uc.attributes.dates import DateOrder, date_of
from users_uc.attributes.declared import AttributeType, DeclaredAttribute
from users_uc.attributes.numbers import decimal_of, integer_of
from users_uc.attributes.values import Fault, InvalidValueError, Value, text
from users_uc.text import trimmed

_ASCII: Final = str.maketrans(
    dict.fromkeys("\xa0\u2007\u2009\u202f", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
    | {"\u2019": "'"}
)
"""Blanks, hyphens, minus signs and the apostrophe that stand in numbers and dates."""


def from_cell(
    attribute: DeclaredAttribute,
    cell: str,
    words: Mapping[str, bool],
    date_order: DateOrder | None = None,
) -> Value | None:
    """Return the stored form of the text of a cell, or `None` for an empty cell.

    `words` maps the lower-case words of booleans to their values. Raises `InvalidValueError`.
    """
    cell = trimmed(cell)
    if not cell:
        return None
    match attribute.type:
        case AttributeType.TEXT:
            return text(cell)
        case AttributeType.INTEGER:
            return integer_of(cell.translate(_ASCII))
        case AttributeType.DECIMAL:
            return decimal_of(cell.translate(_ASCII))
        case AttributeType.BOOLEAN:
            return _boolean(cell, words)
        case AttributeType.DATE:
            return date_of(cell.translate(_ASCII), date_order)
        case AttributeType.CHOICE:
            return _choice(attribute, cell)


def _boolean(cell: str, words: Mapping[str, bool]) -> bool:
    value = words.get(cell.lower())
    if value is None:
        raise InvalidValueError(Fault.BOOLEAN)
    return value


def _choice(attribute: DeclaredAttribute, cell: str) -> str:
    """Return the choice of the cell in any letter case. No two choices differ only in it."""
    value = text(cell).casefold()
    for choice in attribute.choices:
        if choice.casefold() == value:
            return choice
    raise InvalidValueError(Fault.CHOICE)
