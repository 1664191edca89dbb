"""Attributes in the reference importer itself, on small files with obvious results."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from random import Random

import pytest

from tests.oracle.attribute_cells import CELLS
from tests.oracle.attributes import Attribute, InvalidValueError, Value, value_of
from tests.oracle.header import EXPORT_COLUMNS
from tests.oracle.messy import messy_file
from tests.oracle.reference import Expected, expected
from tests.oracle.rules import trimmed
from tests.oracle.users import UserRow

UNIT = Attribute(
    name="unit", type="choice", choices=("Sales", "Straße"), headers=("Bereich",),
    labels=("Business unit", "Área"),
)  # fmt: skip
FLOOR = Attribute(name="floor", type="integer", headers=("Employee ID", "Senha"))
NOTES = Attribute(name="notes", type="text")
TEN_BYTES = "\v🙂"
"""Characters that have 6 and 4 bytes in JSON."""
ANN = UserRow(email="a@x.com", name="Ann", attributes={"unit": "Sales", "floor": 1})


def imported(
    text: str, options: dict[str, str] | None = None, attributes: Sequence[Attribute] = ()
) -> Expected:
    """Return the result of an upsert while Ann exists."""
    known = attributes or (UNIT, FLOOR, NOTES)
    given = {"mode": "upsert"} | (options or {})
    return expected(text.encode(), given, {"a@x.com": ANN}, attributes=known)


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("text", "e\u0301", "é"),
        ("text", "x" * 1000, "x" * 1000),
        ("integer", "-042.0", -42),
        ("integer", "1\u202f234,0", 1234),
        ("integer", "1.234.567-", -1234567),
        ("integer", "9223372036854775807", 2**63 - 1),
        ("decimal", "1234.5", "1234.5"),
        ("decimal", "1.234,50", "1234.5"),
        ("decimal", "1,234.50", "1234.5"),
        ("decimal", "12.5e3", "12500"),
        ("decimal", "12.5e-3", "0.0125"),
        ("decimal", "12.5e1", "125"),
        ("decimal", "1.234", "1.234"),
        ("decimal", "0,125", "0.125"),
        ("decimal", "-0.0", "0"),
        ("decimal", "1 234,567", "1234.567"),
        ("decimal", "1\u2019234.5-", "-1234.5"),
        ("decimal", "\u2212,5", "-0.5"),
        ("decimal", "1,5E+03", "1500"),
        ("boolean", "NEIN", False),
        ("boolean", "1", True),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "31.1.2026", "2026-01-31"),
        ("date", "02.01.2026", "2026-01-02"),
        ("date", "31/01/2026", "2026-01-31"),
        ("date", "01/31/2026", "2026-01-31"),
        ("date", "2026-01-31T00:00:00Z", "2026-01-31"),
        ("date", "31.01.2026 00:00", "2026-01-31"),
        ("date", "1/31/2026, 12:00:00\u202fAM", "2026-01-31"),
        ("choice", "STRASSE", "Straße"),
    ],
)
def test_a_cell_has_a_value(type_: str, cell: str, value: Value) -> None:
    found = value_of(replace(UNIT, type=type_), cell)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("type_", "cell"),
    [
        ("text", "x" * 1001),
        ("text", "a\x07"),
        ("integer", "1,234"),
        ("integer", "9223372036854775808"),
        ("decimal", "1,234"),
        ("decimal", "1.2.3"),
        ("decimal", "1" + "0" * 20),
        ("decimal", "1e-11"),
        ("decimal", "1 23,4"),
        ("decimal", "-5-"),
        ("decimal", "1,234E+03"),
        ("boolean", "active"),
        ("date", "01/02/2026"),
        ("date", "2026-02-30"),
        ("date", "2026-01-31 08:30"),
        ("choice", "Sail"),
    ],
)
def test_a_cell_has_no_value(type_: str, cell: str) -> None:
    with pytest.raises(InvalidValueError):
        value_of(replace(UNIT, type=type_), cell)


@pytest.mark.parametrize("type_", CELLS)
def test_the_generated_cells_are_as_they_are_called(type_: str) -> None:
    one = replace(UNIT, type=type_)
    for are_valid, cells in zip((True, False), CELLS[type_], strict=True):
        for cell in filter(None, (trimmed(one.field, cell) for cell in cells)):
            with nullcontext() if are_valid else pytest.raises(InvalidValueError):
                value_of(one, cell)


@pytest.mark.parametrize(
    ("cell", "day_first", "month_first"),
    [
        ("01/02/2026", "2026-02-01", "2026-01-02"),
        ("1-2-2026 0:00", "2026-02-01", "2026-01-02"),
        ("25/01/2026", "2026-01-25", None),
        ("01/25/2026", None, "2026-01-25"),
        ("01.02.2026", "2026-02-01", "2026-02-01"),
        ("2026/01/02", "2026-01-02", "2026-01-02"),
    ],
)
def test_the_option_date_order_decides_what_a_date_means(
    cell: str, day_first: str | None, month_first: str | None
) -> None:
    date = replace(FLOOR, type="date")
    for order, value in (("dmy", day_first), ("mdy", month_first)):
        found = imported(f"email,floor\nb@x.com,{cell}\n", {"date_order": order}, (date,))
        users = {"b@x.com": {"floor": value}} if value else {}
        assert {u.email: u.attributes for u in found.users.values() if u.imported} == users


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("unit", "attributes.unit"),
        ("ATTRIBUTES.UNIT *", "attributes.unit"),
        ("Business-Unit (new)", "attributes.unit"),
        ("Area", "attributes.unit"),
        ("bereich", "attributes.unit"),
        ("Employee ID", "attributes.floor"),
        ("Senha", "password"),
        ("staff id", "external_id"),
    ],
)
def test_a_header_means_an_attribute(header: str, field: str) -> None:
    found = imported(f"email,{header}\na@x.com,\n").header
    assert found
    assert found.fields == {0: "email", 1: field}


@pytest.mark.parametrize(
    ("header", "options", "refused"),
    [
        ("unit,Bereich", {}, "ambiguous_column"),
        ("unit,Unit", {}, "duplicate_header"),
        ("Etage", {}, "ambiguous_column"),
        ("Etage", {"columns": '{"Etage": "attributes.floor"}'}, ""),
    ],
)
def test_a_column_must_be_clear(header: str, options: dict[str, str], refused: str) -> None:
    several = [replace(UNIT, headers=("Bereich", "Etage")), replace(FLOOR, headers=("Etage",))]
    text = f"email,{header}\na@x.com{',' * (header.count(',') + 1)}\n"
    assert imported(text, options, several).refused == refused


@pytest.mark.parametrize(
    ("row", "options", "outcome", "values", "changed"),
    [
        (",", {}, "unchanged", {"unit": "Sales", "floor": 1}, ""),
        ("sales,1", {}, "unchanged", {"unit": "Sales", "floor": 1}, ""),
        (",2", {}, "updated", {"unit": "Sales", "floor": 2}, "attributes.floor: 1 -> 2"),
        ("-,", {"clear_with": "-"}, "updated", {"floor": 1}, "attributes.unit: Sales -> "),
        ("-,2", {"clear_with": "-", "update": "attributes.floor"}, "updated",
         {"unit": "Sales", "floor": 2}, "attributes.floor: 1 -> 2"),
        ("straße,2", {"update": "name"}, "unchanged", {"unit": "Sales", "floor": 1}, ""),
        ("straße,2", {"mode": "create"}, "skipped", {"unit": "Sales", "floor": 1}, ""),
    ],
)  # fmt: skip
def test_an_upsert_changes_values(
    row: str, options: dict[str, str], outcome: str, values: dict[str, Value], changed: str
) -> None:
    found = imported(f"email,unit,floor\na@x.com,{row}\n", options)
    (result,) = found.results
    assert (result.outcome, result.changed) == (outcome, changed)
    assert found.users["a@x.com"].attributes == values


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("email,floor\na@x.com,x\n", [("attributes.floor", "invalid_attribute", 0)]),
        ("email,unit\na@x.com,-\n", [("attributes.unit", "missing_attribute", 0)]),
        ("email,unit\na@x.com,\nb@x.com,\n", [("attributes.unit", "missing_attribute", 3)]),
        ("email\nb@x.com\n", [("attributes.unit", "missing_attribute", 3)]),
        (f"email,notes\na@x.com,a{TEN_BYTES * 400}\n", []),
        (f"email,notes\na@x.com,a{TEN_BYTES * 406}\n", [("attributes", "invalid_attribute", 3)]),
        (f"email,notes\na@x.com,a{TEN_BYTES * 409}\n", [("attributes", "invalid_attribute", 0)]),
    ],
)  # fmt: skip
def test_a_row_is_rejected(text: str, errors: list[tuple[str, str, int]]) -> None:
    """The last number is 3 if the row is rejected while loading."""
    required = replace(UNIT, required=True)
    results = imported(text, {"clear_with": "-"}, (required, FLOOR, NOTES)).results
    assert [(r.column, r.code, r.kept_order[0]) for r in results if r.code] == errors


def test_cells_of_an_exported_file_keep_invisible_characters() -> None:
    for header, value in (("email,notes", "x"), (f"{','.join(EXPORT_COLUMNS)},notes", "\u200bx")):
        text = f"{header}\nb@x.com{',' * header.count(',')}\u200bx\n"
        assert imported(text).users["b@x.com"].attributes == {"notes": value}


def test_messy_files_change_reject_and_empty_values() -> None:
    """Fails if one of these cases is no longer generated, so that no test covers it."""
    types, rejected, emptied, exported, orders = set(), set(), 0, 0, set()
    for number in range(300):
        file = messy_file(Random(f"attributes/{number}"))  # noqa: S311
        users = {user.email: user for user in file.users}
        options = {"mode": "upsert"} | file.options
        found = expected(file.data, options, users, attributes=file.attributes)
        columns = found.header.fields.values() if found.header else ()
        types |= {one.type for one in file.attributes if one.field in columns}
        if any(one.type == "date" and one.field in columns for one in file.attributes):
            orders.add(options.get("date_order"))
        exported += bool(found.header and found.header.is_exported and file.attributes)
        changes = [change for r in found.results for change in r.changed.split("; ")]
        emptied += sum(c.startswith("attributes.") and c.endswith(" -> ") for c in changes)
        rejected |= {
            (r.column == "attributes", r.code, r.is_rejected_while_loading)
            for r in found.results
            if r.code in ("invalid_attribute", "missing_attribute")
        }
    assert types == {"text", "integer", "decimal", "boolean", "date", "choice"}
    assert rejected == {
        (False, "invalid_attribute", False),
        (True, "invalid_attribute", False),
        (True, "invalid_attribute", True),
        (False, "missing_attribute", False),
        (False, "missing_attribute", True),
    }
    assert (emptied > 0, exported > 0) == (True, True)
    assert orders == {None, "dmy", "mdy"}
