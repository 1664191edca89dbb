"""Dates in cells, as programs of several countries write them. Their signs are ASCII."""

import re
from typing import Final, Literal

from users_uc.attributes.values import Fault, InvalidValueError, iso_date

type DateOrder = Literal["dmy", "mdy"]
"""Whether the day or the month comes first in a date such as `01/02/2026`."""

_TIME: Final = r"0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?[Aa](?:[Mm]|\. ?[Mm]\.)"
_OFFSET: Final = r"Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?"
_MIDNIGHT: Final = rf"(?:(?:T|,? )(?:{_TIME})(?: ?(?:{_OFFSET}))?)?"
"""The time that programs write behind a date without a time. The date is that of its offset."""
_YEAR_FIRST: Final = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_MIDNIGHT}")
_YEAR_LAST: Final = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")
_MONTHS: Final = 12


def date_of(cell: str, order: DateOrder | None = None) -> str:
    """Return the date of `2026-01-31` or `31.01.2026`, also with the time of midnight.

    The order is that of dates such as `01/02/2026` and `01-02-2026`. Without it they are ambiguous,
    unless only one of the two numbers can be a month.
    """
    if match := _YEAR_FIRST.fullmatch(cell):
        year, _, month, day = match.groups()
    elif match := _YEAR_LAST.fullmatch(cell):
        first, mark, second, year = match.groups()
        is_day_first = mark == "." or _is_day_first(int(first), int(second), order)
        day, month = (first, second) if is_day_first else (second, first)
    else:
        raise InvalidValueError(Fault.DATE)
    return iso_date(f"{year}-{month:0>2}-{day:0>2}")


def _is_day_first(first: int, second: int, order: DateOrder | None) -> bool:
    if order is not None:
        return order == "dmy"
    if first > _MONTHS or first == second:
        return True
    if second > _MONTHS:
        return False
    raise InvalidValueError(Fault.AMBIGUOUS)
