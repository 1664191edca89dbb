"""Declared attributes, and the values that cells of a file have, read character by character."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from tests.oracle.words import says_yes

type Value = str | int | bool
type Values = Mapping[str, Value]

PREFIX = "attributes."
"""The beginning of the field of an attribute."""
MAX_SIZE = 4096
_LONGEST_TEXT = 1000
_DIGITS = set("0123456789")
_CONTROLS = {chr(n) for n in (*range(0x20), 0x7F)} - set("\t\n\v\f\r")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A declared attribute; `type` is text, integer, decimal, boolean, date or choice."""

    name: str
    type: str
    choices: Sequence[str] = ()
    required: bool = False
    headers: Sequence[str] = ()
    labels: Sequence[str] = ("", "")

    @property
    def field(self) -> str:
        """Return the field of its column."""
        return PREFIX + self.name


type Attributes = Sequence[Attribute]


class InvalidValueError(Exception):
    """A cell that has no value of its attribute."""


def size(values: Values) -> int:
    """Return the number of bytes of the values as JSON."""
    return len(json.dumps(values, ensure_ascii=False).encode())


def as_text(value: Value) -> str:
    """Return a value as results.csv shows it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_of(attribute: Attribute, cell: str) -> Value:
    """Return the value of a trimmed cell that is not empty. Raises `InvalidValueError`."""
    match attribute.type:
        case "integer":
            return _integer(cell)
        case "decimal":
            return _decimal(cell)
        case "boolean":
            return _boolean(cell)
        case "date":
            return _date(cell)
        case "choice":
            return _choice(attribute, cell)
    return _text(cell)


def _text(cell: str) -> str:
    text = normalize("NFC", cell)
    if len(text) > _LONGEST_TEXT or _CONTROLS & set(text):
        raise InvalidValueError
    return text


def _choice(attribute: Attribute, cell: str) -> str:
    for choice in attribute.choices:
        if choice.casefold() == normalize("NFC", cell).casefold():
            return choice
    raise InvalidValueError


def _boolean(cell: str) -> bool:
    value = says_yes(cell)
    if value is None:
        raise InvalidValueError
    return value


def _integer(cell: str) -> int:
    sign, digits = _signed(cell)
    number = _digits(digits.removesuffix(".0")).lstrip("0")
    if len(number) > len(str(2**63)):
        raise InvalidValueError
    value = int(number or "0") * (-1 if sign == "-" else 1)
    if not -(2**63) <= value < 2**63:
        raise InvalidValueError
    return value


def _signed(cell: str) -> tuple[str, str]:
    return (cell[0], cell[1:]) if cell[0] in "+-" else ("", cell)


def _digits(text: str) -> str:
    if not text or set(text) - _DIGITS:
        raise InvalidValueError
    return text


def _decimal(cell: str) -> str:
    sign, text = _signed(cell)
    whole, places = _with_exponent(text.lower()) if "e" in text.lower() else _parts(text)
    whole, places = whole.lstrip("0") or "0", places.rstrip("0")
    if len(whole) > 20 or len(places) > 10:
        raise InvalidValueError
    number = f"{whole}.{places}" if places else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _with_exponent(text: str) -> tuple[str, str]:
    """Return the digits before and after the point of a number such as `12.5e3`."""
    mantissa, _, exponent = text.partition("e")
    whole, point, places = mantissa.partition(".")
    digits = _digits(whole) + (_digits(places) if point else "")
    sign, power = _signed(exponent or "x")
    if len(_digits(power)) > 2:
        raise InvalidValueError
    at = len(whole) + int(power) * (-1 if sign == "-" else 1)
    before = digits[: max(at, 0)] + "0" * (at - len(digits))
    return before, "0" * -at + digits[max(at, 0) :]


def _parts(text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark, which is the last mark.

    A mark that occurs several times stands between thousands. `1,234` has two meanings.
    """
    marks = [character for character in text if character in ".,"]
    if not marks:
        return _digits(text), ""
    if len(set(marks)) == 1 and len(marks) > 1:
        return _ungrouped(text, marks[0]), ""
    whole, _, places = text.rpartition(marks[-1])
    if len(marks) > 1:
        return _ungrouped(whole, marks[0]), _digits(places)
    is_group = len(whole) <= 3 and len(places) == 3 and whole[:1] != "0"
    if marks == [","] and is_group:
        raise InvalidValueError
    return _digits(whole), _digits(places)


def _ungrouped(text: str, mark: str) -> str:
    first, *others = text.split(mark)
    if len(first) > 3 or not others or any(len(group) != 3 for group in others):
        raise InvalidValueError
    return "".join(_digits(group) for group in (first, *others))


def _date(cell: str) -> str:
    """Return the date of a cell in which the year is the first or the last number."""
    numbers, marks = _numbers(_without_midnight(cell))
    if len(numbers) != 3 or len(set(marks)) != 1 or marks[0] not in "-/.":
        raise InvalidValueError
    if len(numbers[0]) == 4:
        year, month, day = numbers
    else:
        day, month, year = numbers
        if marks[0] != "." and int(day) <= 12 and int(day) != int(month):
            day, month = month, day
            if int(day) <= 12:  # both numbers can be the month
                raise InvalidValueError
    if len(year) != 4 or len(month) > 2 or len(day) > 2:
        raise InvalidValueError
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise InvalidValueError from None


def _without_midnight(cell: str) -> str:
    """Return the cell without the time 0:00 behind a date that begins with the year."""
    if cell[4:5] not in ("-", "/", "."):
        return cell
    for mark in ("T", " "):
        day, found, time = cell.partition(mark)
        time = time.removesuffix("Z")
        if found and (time in ("00:00", "00:00:00") or _is_fraction(time)):
            return day
    return cell


def _is_fraction(time: str) -> bool:
    start, point, zeros = time.partition(".")
    return start == "00:00:00" and point == "." and set(zeros) == {"0"}


def _numbers(cell: str) -> tuple[list[str], list[str]]:
    """Return the runs of digits, of which there may be empty ones, and what stands between them."""
    numbers, marks = [""], []
    for character in cell:
        if character in _DIGITS:
            numbers[-1] += character
        else:
            marks.append(character)
            numbers.append("")
    if "" in numbers or any(len(number) > 4 for number in numbers):
        raise InvalidValueError
    return numbers, marks
