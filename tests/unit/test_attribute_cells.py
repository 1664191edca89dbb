"""Values of attributes in cells of a file."""

import pytest

from users_uc.attributes.cells import from_cell
from users_uc.attributes.dates import DateOrder
from users_uc.attributes.declared import AttributeType, DeclaredAttribute
from users_uc.attributes.values import Fault, InvalidValueError

WORDS = {"yes": True, "sim": True, "0": False}
MIDNIGHTS = (
    " 00:00", " 00:00:00", " 0:00", " 0:00:00", "\xa000:00", ", 00:00:00", "T00:00", "T00:00:00",
    "T00:00:00.000", " 00:00:00,000000", " 12:00 AM", " 12:00:00 AM", ", 12:00:00\u202fAM",
    " 12:00am", " 12:00:00 a.m.", " 12:00 a.\xa0m.", "T00:00Z", "T00:00:00+00:00", " 00:00:00+00",
    " 00:00:00 +0000", " 00:00:00 UTC", "T00:00:00.0000000-03:00", "T00:00:00\u221203:00",
    " 12:00:00 AM +00:00",
)  # fmt: skip
"""Texts behind a date that mean no time of the day."""
NOT_MIDNIGHTS = (
    " 00:01", " 00:00:01", "T00:00:00.001", " 24:00", " 12:00", " 12:00:00", " 12:00 PM",
    " 12:30 AM", " 00", "T", " 00:00:00.", " 00:00.000", " 000:00", " 00:0", "00:00",
    "  00:00", " 0:00 PM", " 00:00 CET", " 00:00+1", " 00:00+15:00", " 00:00+00:60", " 00:00+",
    " +00:00", "Z", " 00:00 x",
)  # fmt: skip
NOT_GROUPED = (
    "1 23", "1 2345", "1234 567", "12 34 567", "1  234", "0 123", "012 345", "1 234'567", "1'23",
    "'234", "1'", "1''234", "1.234 567", "1,234 567", "1 234.567.890", "1,2 345", "12.34.567",
    "1.234.56", "0.123.456", "1\u2003234", "1_234", "1\u02bc234", "1 234 ,5", "1.234,567.8",
)  # fmt: skip


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
        ("integer", "5,0", 5),
        ("integer", ".0", 0),
        *(
            ("integer", c, 1234)
            for c in ("1 234", "1\xa0234", "1\u202f234", "1\u2009234", "1\u2007234")
        ),
        *(("integer", c, 1234) for c in ("1'234", "1\u2019234", "1 234,0", "1,234.0", "1.234,0")),
        *(
            ("integer", c, 1234567)
            for c in ("1 234\xa0567", "1'234\u2019567", "1.234.567", "1,234,567")
        ),
        *(
            ("integer", c, -5)
            for c in ("\u22125", "\u20135", "\u20125", "\u20115", "\u20105", "5-", "5\u2212")
        ),
        ("integer", "9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807", 2**63 - 1),
        ("integer", "9223372036854775808-", -(2**63)),
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
        *(
            ("decimal", c, "1234.5")
            for c in ("1 234,5", "1\xa0234.5", "1\u202f234,5", "1\u2009234,50")
        ),
        *(("decimal", c, "1234.5") for c in ("1'234.5", "1\u2019234.5", "1'234,5", "+1 234.5")),
        *(("decimal", c, "1234567") for c in ("1 234 567", "1'234'567", "1 234 567,0")),
        *(("decimal", c, "1234.567") for c in ("1 234,567", "1'234.567", "1\u2019234,567")),
        *(("decimal", c, "1500") for c in ("1,5E+03", "1.5e3", "1,5000000000000000E+03", "150E1")),
        *(
            ("decimal", c, "0.15")
            for c in ("1,5E-1", "1,5e\u22121", ".15", ",15", ".15e0", "+,150")
        ),
        *(("decimal", c, "-0.5") for c in ("-.5", "-,5", "\u2212.5", ".5-", "0,5-", "-5E-1")),
        *(
            ("decimal", c, "-1234.5")
            for c in ("1.234,50-", "1,234.50-", "1 234,5-", "\u22121'234.5")
        ),
        ("decimal", "1,2345E+3", "1234.5"),
        ("decimal", "0,125E+3", "125"),
        ("boolean", "YES", True),
        ("boolean", "0", False),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "2026/1/31", "2026-01-31"),
        ("date", "2026-01-31 00:00:00", "2026-01-31"),
        ("date", "2026-01-31T00:00:00.000Z", "2026-01-31"),
        *(("date", f"2026-01-31{behind}", "2026-01-31") for behind in MIDNIGHTS),
        *(("date", f"31.01.2026{behind}", "2026-01-31") for behind in MIDNIGHTS),
        *(("date", f"31/1/2026{behind}", "2026-01-31") for behind in MIDNIGHTS),
        *(("date", f"1-31-2026{behind}", "2026-01-31") for behind in MIDNIGHTS),
        ("date", "2026\u201101\u201131", "2026-01-31"),
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
        *(
            ("integer", c, Fault.INTEGER)
            for c in ("1.234", "1.234-", "5.", "5.00", "5,00", "1,2", ".5")
        ),
        *(
            ("integer", c, Fault.INTEGER)
            for c in ("-5-", "+5-", "5+", "5--", "- 5", "5 -", "-", ".", "-.")
        ),
        *(("integer", c, Fault.INTEGER) for c in NOT_GROUPED),
        *(("integer", c, Fault.INTEGER) for c in ("1,5E+03", "1E3", "1E3-", "9223372036854775808")),
        *(("decimal", c, Fault.DECIMAL) for c in NOT_GROUPED),
        *(
            ("decimal", c, Fault.DECIMAL)
            for c in ("-5-", "+5-", "5+", "5--", "- 5", "5 -", "1E3-", "-.")
        ),
        *(
            ("decimal", c, Fault.DECIMAL)
            for c in ("1,234.5E3", "1 234E3", "1,5E", ".E5", "1,5E+100")
        ),
        *(
            ("decimal", c, Fault.AMBIGUOUS)
            for c in ("1,234-", "\u22121,234", "1,234E+03", "12,345e-1")
        ),
        *(("decimal", c, Fault.DECIMAL) for c in ("x", "1.", "5.E3", "1,2.3", "1.2.3", "1,2,3")),
        *(("decimal", c, Fault.DECIMAL) for c in ("12,34.5", "1e99", "9" * 40, "-", "1..2")),
        ("decimal", "1,234", Fault.AMBIGUOUS),
        ("decimal", "-12,345", Fault.AMBIGUOUS),
        ("boolean", "maybe", Fault.BOOLEAN),
        *(("date", c, Fault.DATE) for c in ("31.13.2026", "2026-02-30", "1.2.26", "45000")),
        *(("date", c, Fault.DATE) for c in ("2026-01-31 08:30:00", "13/13/2026", "1/2-2026")),
        *(("date", f"31.01.2026{behind}", Fault.DATE) for behind in NOT_MIDNIGHTS),
        *(("date", f"2026-01-31{behind}", Fault.DATE) for behind in NOT_MIDNIGHTS),
        *(
            ("date", c, Fault.DATE)
            for c in ("2026-01/31", "30.02.2026 00:00", "1.2.26 00:00", "00:00")
        ),
        *(("date", f"01/02/2026{behind}", Fault.AMBIGUOUS) for behind in MIDNIGHTS),
        *(("date", c, Fault.AMBIGUOUS) for c in ("01/02/2026", "1-2-2026", "12/11/2026")),
        ("choice", "Legal", Fault.CHOICE),
    ],
)
def test_another_cell_is_invalid(kind: str, cell: str, fault: Fault) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_cell(attribute(kind), cell, WORDS)
    assert caught.value.fault == fault


@pytest.mark.parametrize(
    ("cell", "day_first", "month_first"),
    [
        ("01/02/2026", "2026-02-01", "2026-01-02"),
        ("1-2-2026", "2026-02-01", "2026-01-02"),
        ("01/02/2026 00:00:00", "2026-02-01", "2026-01-02"),
        ("2/2/2026", "2026-02-02", "2026-02-02"),
        ("25/01/2026", "2026-01-25", Fault.DATE),
        ("01/25/2026", Fault.DATE, "2026-01-25"),
        ("1-25-2026 12:00:00 AM", Fault.DATE, "2026-01-25"),
        ("30/02/2026", Fault.DATE, Fault.DATE),
        ("13/13/2026", Fault.DATE, Fault.DATE),
        ("01.02.2026", "2026-02-01", "2026-02-01"),
        ("01.25.2026", Fault.DATE, Fault.DATE),
        ("2026-01-02", "2026-01-02", "2026-01-02"),
        ("2026/01/02", "2026-01-02", "2026-01-02"),
        ("2026/25/01", Fault.DATE, Fault.DATE),
        ("01/02-2026", Fault.DATE, Fault.DATE),
        ("01/02/26", Fault.DATE, Fault.DATE),
    ],
)
def test_the_order_decides_what_a_date_means(
    cell: str, day_first: str | Fault, month_first: str | Fault
) -> None:
    assert (read_date(cell, "dmy"), read_date(cell, "mdy")) == (day_first, month_first)


def read_date(cell: str, order: DateOrder) -> object:
    """Return the date, or the reason why there is none."""
    try:
        return from_cell(attribute("date"), cell, WORDS, order)
    except InvalidValueError as error:
        return error.fault


@pytest.mark.parametrize("cell", ["1 234", "1\u2019234", "\u22125", "5-", "31.01.2026 00:00"])
def test_a_text_keeps_its_signs(cell: str) -> None:
    assert from_cell(attribute("text"), cell, WORDS) == cell
