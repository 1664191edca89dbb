"""Values of attributes in cells of a file."""

import pytest

from users_uc.attributes.cells import from_cell
from users_uc.attributes.declared import AttributeType, DeclaredAttribute
from users_uc.attributes.values import Fault, InvalidValueError

WORDS = {"yes": True, "sim": True, "0": False}


def attribute(kind: str) -> DeclaredAttribute:
    """Return an attribute of this type."""
    return DeclaredAttribute(name="one", type=AttributeType(kind), choices=("Straße", "Área"))


@pytest.mark.parametrize(
    ("kind", "cell", "stored"),
    [
        ("text", " Ana e\u0301 ", "Ana é"),
        ("integer", " 42 ", 42),
        ("integer", "-007", -7),
        ("integer", "+5.0", 5),
        ("decimal", "1.50", "1.5"),
        ("decimal", "1,5", "1.5"),
        ("decimal", "1.234", "1.234"),
        ("decimal", "0,125", "0.125"),
        ("decimal", "1234,567", "1234.567"),
        ("decimal", "1.234,56", "1234.56"),
        ("decimal", "-1,234.56", "-1234.56"),
        ("decimal", "1.234.567", "1234567"),
        ("decimal", "+1,234,567", "1234567"),
        ("decimal", "1,234,567.8", "1234567.8"),
        ("decimal", "1e-05", "0.00001"),
        ("decimal", "1E+15", "1" + "0" * 15),
        ("boolean", "YES", True),
        ("boolean", "0", False),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "2026/1/31", "2026-01-31"),
        ("date", "2026-01-31 00:00:00", "2026-01-31"),
        ("date", "2026-01-31T00:00:00.000Z", "2026-01-31"),
        ("date", "1.2.2026", "2026-02-01"),
        ("date", "31/01/2026", "2026-01-31"),
        ("date", "01/31/2026", "2026-01-31"),
        ("date", "02-02-2026", "2026-02-02"),
        ("choice", "STRASSE", "Straße"),
        ("choice", "a\u0301rea", "Área"),
        *((kind, empty, None) for kind in AttributeType for empty in ("", "  ")),
    ],
)
def test_a_cell_has_one_stored_form(kind: str, cell: str, stored: object) -> None:
    result = from_cell(attribute(kind), cell, WORDS)
    assert (type(result), result) == (type(stored), stored)


@pytest.mark.parametrize(
    ("kind", "cell", "fault"),
    [
        ("text", "a" * 1001, Fault.TOO_LONG),
        ("text", "a\x07", Fault.CONTROL_CHARACTER),
        *(("integer", c, Fault.INTEGER) for c in ("x", "1.5", "1,234", "9" * 19, "9" * 99)),
        ("integer", "\u0663", Fault.INTEGER),
        *(("decimal", c, Fault.DECIMAL) for c in ("x", "1.", ",5", "1,2.3", "1.2.3", "1,2,3")),
        *(("decimal", c, Fault.DECIMAL) for c in ("12,34.5", "1e99", "9" * 40, "-", "1..2")),
        ("decimal", "1,234", Fault.AMBIGUOUS),
        ("decimal", "-12,345", Fault.AMBIGUOUS),
        ("boolean", "maybe", Fault.BOOLEAN),
        *(("date", c, Fault.DATE) for c in ("31.13.2026", "2026-02-30", "1.2.26", "45000")),
        *(("date", c, Fault.DATE) for c in ("2026-01-31 08:30:00", "13/13/2026", "1/2-2026")),
        ("date", "01/02/2026", Fault.AMBIGUOUS),
        ("choice", "Legal", Fault.CHOICE),
    ],
)
def test_another_cell_is_invalid(kind: str, cell: str, fault: Fault) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_cell(attribute(kind), cell, WORDS)
    assert caught.value.fault == fault
