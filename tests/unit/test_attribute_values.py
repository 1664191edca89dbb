"""Values of attributes in the API."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from users_uc.attributes.declared import NAME_PATTERN, AttributeType, DeclaredAttribute
from users_uc.attributes.values import (
    STORED,
    Fault,
    InvalidValueError,
    from_json,
    merged,
    missing,
    size,
)

CHOICES = ("Sales", "Área técnica")
LONG = "a" * 1000


def attribute(kind: str) -> DeclaredAttribute:
    """Return an attribute of this type."""
    return DeclaredAttribute(name="one", type=AttributeType(kind), choices=CHOICES)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", "  Ana\u00a0", "Ana"),
        ("text", "e\u0301", "\u00e9"),
        ("text", LONG, LONG),
        ("text", "e\u0301" * 1000, "\u00e9" * 1000),
        ("text", "a\tb\nc", "a\tb\nc"),
        ("integer", 0, 0),
        ("integer", 2**63 - 1, 2**63 - 1),
        ("integer", -(2**63), -(2**63)),
        ("decimal", "1.50", "1.5"),
        ("decimal", "-001.0", "-1"),
        ("decimal", "-0.00", "0"),
        ("decimal", "0.0000000001", "0.0000000001"),
        ("decimal", "9" * 20 + ".0", "9" * 20),
        ("decimal", 7, "7"),
        ("decimal", -1.5, "-1.5"),
        ("decimal", 0.1, "0.1"),
        ("decimal", 1e-5, "0.00001"),
        ("decimal", 2**64 - 1, "18446744073709551615"),
        ("boolean", False, False),
        ("date", "2024-02-29", "2024-02-29"),
        ("choice", " Sales", "Sales"),
        ("choice", "A\u0301rea te\u0301cnica", "Área técnica"),
        *((kind, empty, None) for kind in AttributeType for empty in (None, "", " \t")),
    ],
)
def test_a_value_has_one_stored_form(kind: str, value: object, stored: object) -> None:
    result = from_json(attribute(kind), value)
    assert (type(result), result) == (type(stored), stored)


INVALID: list[tuple[str, Fault, list[object]]] = [
    ("text", Fault.TEXT, [1, True, [], {}, 1.5]),
    ("text", Fault.TOO_LONG, [LONG + "a", "\u0301" * 100_000]),
    ("text", Fault.CONTROL_CHARACTER, ["a\0"]),
    ("integer", Fault.INTEGER, ["1", True, 1.0, 2**63, -(2**63) - 1]),
    ("decimal", Fault.DECIMAL, ["1,5", "1e5", ".5", "5.", "+1", "1\n", "\u0661", True, []]),
    ("decimal", Fault.DECIMAL, ["9" * 21, "0.00000000001", "1" * 5000]),
    ("decimal", Fault.DECIMAL, [1e300, 10**20, 1.2345678901234567]),
    ("boolean", Fault.BOOLEAN, [0, 1, "true"]),
    ("date", Fault.DATE, ["2023-02-29", "20260101", "2026-W01-1", "0000-01-01", "2026-1-1"]),
    ("date", Fault.DATE, ["2026-01-01T00:00:00", 20260101]),
    ("choice", Fault.CHOICE, ["sales", "Legal"]),
    ("choice", Fault.TEXT, [1]),
]


@pytest.mark.parametrize(
    ("kind", "fault", "value"),
    [(kind, fault, value) for kind, fault, values in INVALID for value in values],
)
def test_a_value_of_another_type_is_invalid(kind: str, fault: Fault, value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_json(attribute(kind), value)
    assert caught.value.fault == fault


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, max_value=10**20 - 1))
def test_a_decimal_keeps_its_value_and_its_stored_form(number: Decimal) -> None:
    text = f"{number:f}"
    if len(text.lstrip("-").partition(".")[0]) > 20:
        return
    stored = from_json(attribute("decimal"), text)
    assert isinstance(stored, str)
    assert Decimal(stored) == number
    assert from_json(attribute("decimal"), stored) == stored
    assert re.search(STORED[AttributeType.DECIMAL], stored)


@pytest.mark.parametrize("kind", STORED)
@given(data=st.data())
def test_each_match_of_a_pattern_is_a_stored_value(
    kind: AttributeType, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(STORED[kind].replace("$", r"\Z"), alphabet=st.characters()))
    value = int(text) if kind is AttributeType.INTEGER else text
    assert str(from_json(attribute(kind), value)) == text


@given(st.dates(min_value=date(1000, 1, 1)))
def test_the_pattern_of_dates_has_all_dates_but_leap_days(day: date) -> None:
    matches = re.search(STORED[AttributeType.DATE], day.isoformat()) is not None
    assert matches == ((day.month, day.day) != (2, 29))


def test_changes_are_merged_in_the_order_of_names() -> None:
    values = merged({"b": 1, "c": "x"}, {"a": False, "c": None, "d": None})
    assert list(values.items()) == [("a", False), ("b", 1)]


def test_the_size_is_that_of_json_in_utf_8() -> None:
    assert size({"a": "é", "b": True}) == len('{"a": "é", "b": true}'.encode())
    assert json.loads('{"a": "é"}') == {"a": "é"}


def test_a_required_attribute_without_a_value_is_missing() -> None:
    declared = {
        name: DeclaredAttribute(name=name, type=AttributeType.TEXT, required=name != "c")
        for name in "abc"
    }
    assert missing(declared, {"a": "x"}) == ["b"]


@pytest.mark.parametrize("name", ["a", "department", "a" * 63, "cost_center_2"])
def test_a_name_has_lower_case_letters_digits_and_underscores(name: str) -> None:
    assert re.search(NAME_PATTERN, name)


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a-b", "a.b", "á", "a" * 64])
def test_another_name_is_invalid(name: str) -> None:
    assert not re.search(NAME_PATTERN, name)
