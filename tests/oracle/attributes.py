"""Declared attributes, and the values that cells of a file have, read character by character."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from tests.oracle.dates import read_date
from tests.oracle.numbers import read_integer, read_number
from tests.oracle.words import says_yes

type Value = str | int | bool
type Values = Mapping[str, Value]

PREFIX = "attributes."
"""The beginning of the field of an attribute."""
MAX_SIZE = 4096
_LONGEST_TEXT = 1000
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


def value_of(attribute: Attribute, cell: str, date_order: str = "") -> Value:
    """Return the value of a trimmed cell that is not empty. Raises `InvalidValueError`."""
    match attribute.type:
        case "integer":
            return _integer(cell)
        case "decimal":
            return _decimal(cell)
        case "boolean":
            return _boolean(cell)
        case "date":
            return _date(cell, date_order)
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
    value = read_integer(cell)
    if value is None or not -(2**63) <= value < 2**63:
        raise InvalidValueError
    return value


def _decimal(cell: str) -> str:
    number = read_number(cell)
    if number is None:
        raise InvalidValueError
    sign, whole, places = number
    whole, places = whole.lstrip("0") or "0", places.rstrip("0")
    if len(whole) > 20 or len(places) > 10:
        raise InvalidValueError
    text = f"{whole}.{places}" if places else whole
    return f"-{text}" if sign == "-" and text != "0" else text


def _date(cell: str, order: str) -> str:
    value = read_date(cell, order)
    if value is None:
        raise InvalidValueError
    return value
