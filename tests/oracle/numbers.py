"""Numbers in cells, read run by run of digits."""

type Number = tuple[str, str, str]
"""The sign, the digits before the decimal mark and those after it."""

_DIGITS = set("0123456789")
_MINUSES = "-\u2010\u2011\u2012\u2013\u2212"
_BLANKS = " \xa0\u2007\u2009\u202f"
_APOSTROPHES = "'\u2019"


def read_number(cell: str) -> Number | None:
    """Return the number of a trimmed cell, or `None` if it has none or two meanings."""
    text = _with_one_spelling(cell)
    sign, rest = _signed(text)
    mantissa, e, power = rest.lower().partition("e")
    parts = _parts(mantissa)
    if parts is None or _has_two_meanings(mantissa):
        return None
    if not e:
        return sign, *parts
    exponent = _exponent(power)
    is_grouped = runs_of_digits(mantissa)[1] not in ([], ["."], [","])
    if exponent is None or is_grouped or text.endswith("-"):
        return None
    return sign, *_shifted(*parts, exponent)


def read_integer(cell: str) -> int | None:
    """Return the whole number of a trimmed cell, which may end with `.0` or `,0`."""
    number = None if "e" in cell.lower() else read_number(cell)
    if number is None or number[2] not in ("", "0"):
        return None
    sign, whole, _ = number
    return int(whole.lstrip("0")[:30] or "0") * (-1 if sign == "-" else 1)


def runs_of_digits(text: str) -> tuple[list[str], list[str]]:
    """Return the runs of digits, of which there may be empty ones, and what stands between them."""
    runs, marks = [""], []
    for character in text:
        if character in _DIGITS:
            runs[-1] += character
        else:
            marks.append(character)
            runs.append("")
    return runs, marks


def _with_one_spelling(cell: str) -> str:
    text = ""
    for character in cell:
        if character in _MINUSES:
            text += "-"
        elif character in _BLANKS:
            text += " "
        else:
            text += "'" if character in _APOSTROPHES else character
    return text


def _signed(text: str) -> tuple[str, str]:
    """Return the sign, which is the first character or a minus at the end, and the rest."""
    if text[:1] in ("+", "-"):
        return text[0], text[1:]
    return ("-", text[:-1]) if text[-1:] == "-" else ("", text)


def _exponent(power: str) -> int | None:
    sign, digits = _signed(power)
    if not _are_digits(digits) or len(digits) > 2:
        return None
    return -int(digits) if sign == "-" else int(digits)


def _are_digits(text: str) -> bool:
    return bool(text) and set(text) <= _DIGITS


def _parts(text: str) -> tuple[str, str] | None:
    """Return the digits before and after the decimal mark.

    It is the last mark, if this is a point or a comma that occurs once. Every other mark stands
    between thousands, and all of these are the same.
    """
    runs, marks = runs_of_digits(text)
    places = ""
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1:
        places = runs.pop()
        marks.pop()
        if not places or (len(runs) == 1 and not runs[0]):
            return (runs[0], places) if places else None
    if not marks:
        return (runs[0], places) if runs[0] else None
    first, *others = runs
    is_grouped = len(set(marks)) == 1 and marks[0] in "., '"
    if not is_grouped or not 1 <= len(first) <= 3 or first[0] == "0":
        return None
    if any(len(group) != 3 for group in others):
        return None
    return "".join(runs), places


def _has_two_meanings(text: str) -> bool:
    """Return whether the text is like `1,234`."""
    whole, comma, places = text.partition(",")
    return bool(
        comma
        and _are_digits(whole)
        and _are_digits(places)
        and len(places) == 3
        and len(whole) <= 3
        and whole[0] != "0"
    )


def _shifted(whole: str, places: str, power: int) -> tuple[str, str]:
    """Return the digits before and after the decimal mark, which moves right by this many."""
    digits = whole + places
    at = len(whole) + power
    before = digits[: max(at, 0)] + "0" * (at - len(digits))
    return before, "0" * -at + digits[max(at, 0) :]
