"""Values of attributes from the cells of a file, and from the query of the list of users."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from users_uc.attributes.declared import AttributeType, DeclaredAttribute
from users_uc.attributes.values import (
    Fault,
    InvalidValueError,
    Value,
    integer,
    iso_date,
    plain_decimal,
    text,
)
from users_uc.text import trimmed

_INTEGER: Final = re.compile(r"([+-]?[0-9]{1,30})(?:\.0)?")
_WITH_EXPONENT: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?[eE][+-]?[0-9]{1,2}")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]{0,60}")
_GROUPED: Final = {
    mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,"
}
"""A whole number with this mark between its thousands."""
_THOUSANDS: Final = re.compile("[1-9][0-9]{0,2},[0-9]{3}")
_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
)
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_MONTHS: Final = 12


def from_cell(attribute: DeclaredAttribute, cell: str, words: Mapping[str, bool]) -> Value | None:
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
            return _integer(cell)
        case AttributeType.DECIMAL:
            return _decimal(cell)
        case AttributeType.BOOLEAN:
            return _boolean(cell, words)
        case AttributeType.DATE:
            return _date(cell)
        case AttributeType.CHOICE:
            return _choice(attribute, cell)


def _integer(cell: str) -> int:
    """Return the number. Some programs write `5.0` if other cells of the column are empty."""
    if match := _INTEGER.fullmatch(cell):
        return integer(int(match[1]))
    raise InvalidValueError(Fault.INTEGER)


def _decimal(cell: str) -> str:
    """Return the number, in which the last of `.` and `,` is the decimal mark.

    A mark that occurs several times stands between thousands. `1,234` is ambiguous: it is a whole
    number in English and a fraction in Portuguese. `1.234` is a fraction, as spreadsheets and
    databases write it.
    """
    if _WITH_EXPONENT.fullmatch(cell):
        return plain_decimal(f"{Decimal(cell):f}")
    if not _NUMBER.fullmatch(cell):
        raise InvalidValueError(Fault.DECIMAL)
    sign, digits = "-" * (cell[0] == "-"), cell.lstrip("+-")
    if _THOUSANDS.fullmatch(digits):
        raise InvalidValueError(Fault.AMBIGUOUS)
    whole, places = _parts(digits)
    return plain_decimal(f"{sign}{whole}.{places}")


def _parts(digits: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark."""
    at = max(digits.rfind("."), digits.rfind(","))
    if at < 0:
        return digits, ""
    if digits.count(digits[at]) > 1:
        return _without_groups(digits, digits[at]), ""
    whole, places = digits[:at], digits[at + 1 :]
    if not whole.isdecimal():
        whole = _without_groups(whole, "," if digits[at] == "." else ".")
    if not places:
        raise InvalidValueError(Fault.DECIMAL)
    return whole, places


def _without_groups(digits: str, mark: str) -> str:
    if not _GROUPED[mark].fullmatch(digits):
        raise InvalidValueError(Fault.DECIMAL)
    return digits.replace(mark, "")


def _boolean(cell: str, words: Mapping[str, bool]) -> bool:
    value = words.get(cell.lower())
    if value is None:
        raise InvalidValueError(Fault.BOOLEAN)
    return value


def _date(cell: str) -> str:
    """Return the date of `2026-01-31`, also with the time of midnight, or of `31.01.2026`.

    With other marks a date that begins with the day or the month is ambiguous, unless only one of
    the two numbers can be a month.
    """
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match.groups()
    elif match := _YEAR_LAST.fullmatch(cell):
        day, mark, month, year = match.groups()
        if mark != ".":
            day, month = _day_and_month(day, month)
    else:
        raise InvalidValueError(Fault.DATE)
    return iso_date(f"{year}-{month:0>2}-{day:0>2}")


def _day_and_month(first: str, second: str) -> tuple[str, str]:
    if int(first) > _MONTHS or int(first) == int(second):
        return first, second
    if int(second) > _MONTHS:
        return second, first
    raise InvalidValueError(Fault.AMBIGUOUS)


def _choice(attribute: DeclaredAttribute, cell: str) -> str:
    """Return the choice of the cell in any letter case. No two choices differ only in it."""
    value = text(cell).casefold()
    for choice in attribute.choices:
        if choice.casefold() == value:
            return choice
    raise InvalidValueError(Fault.CHOICE)
