"""Values of attributes: their stored form, and the rules of the API.

Each value has one stored form, so that equal values are equal in PostgreSQL:

- text: in normal form C, trimmed, not empty;
- integer: a JSON number of 64 bits;
- decimal: a text such as `-1.5`, without an exponent and without zeros that mean nothing;
- boolean: true or false;
- date: a text such as `2026-01-31`;
- choice: one of the choices.

A user without a value has no key.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from unicodedata import normalize

from users_uc.attributes.declared import AttributeType, Declared, DeclaredAttribute
from users_uc.text import has_control_character, trimmed

type Value = str | int | bool
type Values = Mapping[str, Value]

TEXT_MAX_LENGTH: Final = 1000
MAX_SIZE: Final = 4096
"""Bytes of the values of a user, as JSON in UTF-8."""

_INTEGERS: Final = range(-(2**63), 2**63)
_WHOLE_DIGITS, _DECIMAL_PLACES = 20, 10
_TOO_LARGE: Final = 10**_WHOLE_DIGITS
_SAFE_DIGITS: Final = 15
"""Digits of a JSON number that any client sends and receives unchanged."""
_FRACTION: Final = rf"\.[0-9]{{0,{_DECIMAL_PLACES - 1}}}[1-9]"
_WHOLE: Final = rf"[1-9][0-9]{{0,{_WHOLE_DIGITS - 1}}}"
_DECIMAL: Final = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPOSED: Final = 4
"""Characters that become one in normal form C, at most."""

STORED: Final[Mapping[AttributeType, str]] = {
    AttributeType.INTEGER: "^(?:0|-?[1-9][0-9]{0,17})$",
    AttributeType.DECIMAL: f"^(?:0|-?{_WHOLE}(?:{_FRACTION})?|-?0{_FRACTION})$",
    AttributeType.DATE: (
        "^(?:[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
        "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))$"
    ),
}
"""Patterns for whole columns, without look-around. Every match is the text of a stored value.

Other texts may be valid too: integers of 19 digits, and 29 February.
"""


class Fault(StrEnum):
    """The reason why a value, or all values of a user, are not accepted: a code of the API."""

    TEXT = "invalid_text"
    TOO_LONG = "max_length"
    CONTROL_CHARACTER = "control_character"
    INTEGER = "invalid_integer"
    DECIMAL = "invalid_decimal"
    BOOLEAN = "invalid_boolean"
    DATE = "invalid_date"
    CHOICE = "invalid_choice"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown_attribute"
    REQUIRED = "required"
    TOO_LARGE = "too_large"


class InvalidValueError(ValueError):
    """A value that an attribute does not accept."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def from_json(attribute: DeclaredAttribute, value: object) -> Value | None:
    """Return the stored form of a JSON value, or `None` for null and for an empty text.

    Raises `InvalidValueError`.
    """
    if value is None or (isinstance(value, str) and not trimmed(value)):
        return None
    if attribute.type is AttributeType.CHOICE:
        return _choice(attribute, value)
    return _FROM_JSON[attribute.type](value)


def merged(present: Values, changes: Mapping[str, Value | None]) -> dict[str, Value]:
    """Return the values after the changes, in the order of their names. `None` removes a value."""
    values = {**present, **changes}
    return {name: value for name in sorted(values) if (value := values[name]) is not None}


def size(values: Values) -> int:
    """Return the bytes that MAX_SIZE limits."""
    return len(json.dumps(values, ensure_ascii=False).encode())


def missing(declared: Declared, values: Values) -> list[str]:
    """Return the names of the required attributes that have no value."""
    return [name for name, one in declared.items() if one.required and name not in values]


def text(value: object) -> str:
    """Return the stored form of a text. Raises `InvalidValueError`."""
    if not isinstance(value, str):
        raise InvalidValueError(Fault.TEXT)
    value = trimmed(value)
    if len(value) > _COMPOSED * TEXT_MAX_LENGTH:
        raise InvalidValueError(Fault.TOO_LONG)
    value = normalize("NFC", value)  # needs quadratic time for a run of combining marks
    if len(value) > TEXT_MAX_LENGTH:
        raise InvalidValueError(Fault.TOO_LONG)
    if has_control_character(value):
        raise InvalidValueError(Fault.CONTROL_CHARACTER)
    return value


def integer(value: object) -> int:
    """Return an integer of 64 bits. Raises `InvalidValueError`."""
    if not isinstance(value, int) or isinstance(value, bool) or value not in _INTEGERS:
        raise InvalidValueError(Fault.INTEGER)
    return value


def decimal(value: object) -> str:
    """Return the stored form of a decimal number. Raises `InvalidValueError`.

    A text is exact. A JSON number is accepted if it has so few digits that it is exact too.
    """
    if isinstance(value, float) and len(Decimal(repr(value)).as_tuple().digits) <= _SAFE_DIGITS:
        value = f"{Decimal(repr(value)):f}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE:
        value = str(value)
    if not (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        raise InvalidValueError(Fault.DECIMAL)
    return plain_decimal(value)


def plain_decimal(digits: str) -> str:
    """Return the stored form of `-001.50`. Raises `InvalidValueError` for too many digits."""
    whole, _, places = digits.removeprefix("-").partition(".")
    whole, places = whole.lstrip("0"), places.rstrip("0")
    if len(whole) > _WHOLE_DIGITS or len(places) > _DECIMAL_PLACES:
        raise InvalidValueError(Fault.DECIMAL)
    number = f"{whole or '0'}.{places}".rstrip(".")
    return f"-{number}" if digits.startswith("-") and number != "0" else number


def iso_date(value: object) -> str:
    """Return the date. Raises `InvalidValueError`."""
    if not (isinstance(value, str) and _DATE.fullmatch(value)):
        raise InvalidValueError(Fault.DATE)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise InvalidValueError(Fault.DATE) from None


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValueError(Fault.BOOLEAN)
    return value


def _choice(attribute: DeclaredAttribute, value: object) -> str:
    choice = text(value)
    if choice not in attribute.choices:
        raise InvalidValueError(Fault.CHOICE)
    return choice


_FROM_JSON: Final[Mapping[AttributeType, Callable[[Any], Value]]] = {
    AttributeType.TEXT: text,
    AttributeType.INTEGER: integer,
    AttributeType.DECIMAL: decimal,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: iso_date,
}
