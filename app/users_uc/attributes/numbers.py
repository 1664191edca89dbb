"""Numbers in cells, as programs of several countries write them. Their signs are ASCII."""

import re
from decimal import Decimal
from typing import Final

from users_uc.attributes.values import Fault, InvalidValueError, integer, plain_decimal

_NUMBER: Final = re.compile("[0-9.,' ]{1,61}")
_WITH_EXPONENT: Final = re.compile(
    r"([0-9]{1,30}(?:[.,][0-9]{1,30})?|[.,][0-9]{1,30})[eE][+-]?[0-9]{1,2}"
)
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\1[0-9]{3})*")
"""A whole number with one mark between all its thousands."""
_THOUSANDS: Final = re.compile("[1-9][0-9]{0,2},[0-9]{3}")


def integer_of(cell: str) -> int:
    """Return the number. Some programs write `5.0` if other cells of the column are empty.

    `1.234` is a fraction or has a mark between its thousands, so it is no integer.
    """
    sign, digits = _signed(cell)
    parts = _parts(digits)
    if parts is None or parts[1] not in ("", "0"):
        raise InvalidValueError(Fault.INTEGER)
    return integer(int(f"{sign}{parts[0] or 0}"))


def decimal_of(cell: str) -> str:
    """Return the number, in which the last of `.` and `,` is the decimal mark.

    A mark that occurs several times stands between thousands. `1,234` is ambiguous: it is a whole
    number in English and a fraction in Portuguese. `1.234` is a fraction, as spreadsheets and
    databases write it.
    """
    sign, digits = _signed(cell)
    match = _WITH_EXPONENT.fullmatch(digits)
    if _THOUSANDS.fullmatch(match[1] if match else digits):
        raise InvalidValueError(Fault.AMBIGUOUS)
    if match:
        return plain_decimal(f"{Decimal(sign + digits.replace(',', '.')):f}")
    if (parts := _parts(digits)) is None:
        raise InvalidValueError(Fault.DECIMAL)
    return plain_decimal(f"{sign}{parts[0]}.{parts[1]}")


def _signed(cell: str) -> tuple[str, str]:
    """Return `-` or nothing, and the number without its sign. SAP writes a minus behind it."""
    if cell.startswith("-"):
        return "-", cell[1:]
    if cell.endswith("-") and _NUMBER.fullmatch(cell[:-1]):
        return "-", cell[:-1]
    return "", cell.removeprefix("+")


def _parts(digits: str) -> tuple[str, str] | None:
    """Return the digits before and after the decimal mark, or `None` if this is no number."""
    if not _NUMBER.fullmatch(digits):
        return None
    mark = max(".", ",", key=digits.rfind)
    whole, places = digits, ""
    if digits.count(mark) == 1:
        whole, places = digits.split(mark)
        if not places.isdecimal():
            return None
    if match := _GROUPED.fullmatch(whole):
        whole = whole.replace(match[1], "")
    is_number = whole.isdecimal() or (not whole and places)
    return (whole, places) if is_number else None
