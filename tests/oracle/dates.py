"""Dates in cells, read part by part."""

from datetime import date

from tests.oracle.numbers import runs_of_digits

_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
_BLANKS = "\xa0\u2007\u2009\u202f"
_CLOCKS = ("0:00", "00:00", "0:00:00", "00:00:00")


def read_date(cell: str, order: str = "") -> str | None:
    """Return the date of a trimmed cell, or `None` if it has none or two meanings.

    The year is the first or the last number. The order is `dmy`, `mdy` or nothing.
    """
    text, time = _divided(cell)
    runs, marks = runs_of_digits(text)
    if len(runs) != 3 or marks[0] != marks[1] or not _is_midnight(time):
        return None
    if len(runs[0]) == 4:
        year, month, day = runs
    else:
        day, month, year = _day_first(runs, marks[0], order)
    if len(year) != 4 or not 1 <= len(month) <= 2 or not 1 <= len(day) <= 2:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _divided(cell: str) -> tuple[str, str]:
    """Return the cell up to the first character that is not part of a date, and the rest."""
    for hyphen in _HYPHENS:
        cell = cell.replace(hyphen, "-")
    for blank in _BLANKS:
        cell = cell.replace(blank, " ")
    text = cell
    while text.strip("0123456789-/."):
        text = text[:-1]
    return text, cell[len(text) :]


def _day_first(runs: list[str], mark: str, order: str) -> list[str]:
    """Return the day, the month and the year, or empty texts if the order is not clear."""
    first, second, year = runs
    if mark == "." or order == "dmy" or "" in runs or int(first) == int(second):
        return runs
    if order == "mdy":
        return [second, first, year]
    can_be_day_first, can_be_month_first = int(second) <= 12, int(first) <= 12
    if can_be_day_first and can_be_month_first:
        return ["", "", ""]
    return [second, first, year] if can_be_month_first else runs


def _is_midnight(time: str) -> bool:
    """Return whether this text behind a date is empty or the time of midnight."""
    if not time:
        return True
    for start in (", ", " ", "T"):
        if time.startswith(start):
            return _is_clock_at_midnight(_without_offset(time.removeprefix(start)))
    return False


def _without_offset(time: str) -> str:
    for zone in ("Z", "UTC", "GMT"):
        if time.endswith(zone):
            return time.removesuffix(zone).removesuffix(" ")
    for sign in "+-":
        clock, found, offset = time.partition(sign)
        if found:
            hours, minutes = offset[:2], offset[2:].removeprefix(":")
            are_digits = len(hours) == 2 and (hours + minutes).isdecimal() and offset.isascii()
            is_whole = not offset[2:] or len(minutes) == 2
            if are_digits and is_whole and int(hours) <= 14 and int(minutes or 0) < 60:
                return clock.removesuffix(" ")
    return time


def _is_clock_at_midnight(clock: str) -> bool:
    for word in ("am", "a.m.", "a. m."):
        if clock.lower().endswith(word):
            return clock[: -len(word)].removesuffix(" ") in ("12:00", "12:00:00")
    for mark in ".,":
        seconds, found, fraction = clock.partition(mark)
        if found:
            return seconds in _CLOCKS[2:] and set(fraction) == {"0"}
    return clock in _CLOCKS
