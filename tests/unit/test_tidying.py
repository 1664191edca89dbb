"""Cells with invisible characters, in another normal form, or with a formula of Excel."""

import pytest

from tests.unit.test_validate import checked


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("\u200bann@x.com", "ann@x.com"),
        ("\u202aann@x.com\u202c", "ann@x.com"),
        ("\ufeffann@x.com", "ann@x.com"),
        ("ann\u200d@x\u2060.com", "ann@x.com"),
        ("an\u00adn@exam\u00adple.com\u061c", "ann@example.com"),
        ("\u2066ann@x.com\u2069\xa0", "ann@x.com"),
        (" \u200e\xa0ANN@x.com\u200f ", "ann@x.com"),
        ("\u200dann@bücher.example\u200c", "ann@xn--bcher-kva.example"),
        ("ann@bü\u200bcher.example", "ann@xn--bcher-kva.example"),
        ("ann@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com", "ann@xn--mgba3gch31f060k.com"),
        ('="ann@x.com"', "ann@x.com"),
        ("ann@x.com ::: ann@home.example ::: a@x.com", "ann@x.com"),
    ],
)
def test_invisible_characters_are_no_part_of_an_e_mail_address(cell: str, email: str) -> None:
    users, rejected = checked([(cell,)], header=["email"])
    assert rejected.is_empty()
    assert users["email"].to_list() == [email]


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("ann\xa0lee@x.com", "U+00A0"),
        ("ann@x.com\xa0bo@x.com", "U+00A0"),
        ("ann@bü\u200dcher.example", "U+200D"),
        ("é\u200cb@bücher.example", "U+200C"),
        ("ann\u202flee@x.com", "U+202F"),
        ("josé@x.com", ""),
        ("\u200bann", ""),
    ],
)
def test_an_invisible_character_that_may_mean_something_is_named(cell: str, detail: str) -> None:
    _, rejected = checked([(cell,)], header=["email"])
    assert rejected.select("code", "detail").rows() == [("invalid_email", detail)]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("\u202a+55 11 91234-5678\u202c", "+55 11 91234-5678"),
        ("\u200e+1 555 0100", "+1 555 0100"),
        ("+1\u00ad555", "+1555"),
        ("+55\xa011\u202f9\u2007", "+55119"),
        ("\ufeff1\u200b2\u200d", "12"),
        ('="0123"', "0123"),
        ("\u200b" * 40, ""),
    ],
)
def test_invisible_characters_are_no_part_of_a_phone(cell: str, phone: str) -> None:
    assert checked([("a@x.com", "", cell, "")])[0]["phone"].to_list() == [phone]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Jose\u0301", "José"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("\u212bsa", "Åsa"),
        ("\u1112\u1161\u11ab", "한"),
        ("e\u0301" * 150, "é" * 150),
        (
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
        ),
        ('="Ann"', "Ann"),
        ('="Ann ""Annie"" Lee"', 'Ann "Annie" Lee'),
        ('="a"b"', '="a"b"'),
        ("=1+1", "=1+1"),
    ],
)
def test_a_name_is_stored_in_normal_form_c(cell: str, name: str) -> None:
    users, rejected = checked([("a@x.com", cell, "", "")])
    assert rejected.is_empty()
    assert users["name"].to_list() == [name]


def test_a_password_is_not_changed_unless_excel_has_written_it() -> None:
    cells = [("a@x.com", "e\u0301\u200b "), ("b@x.com", '="=""1"')]
    users, _ = checked(cells, header=["email", "password"])
    assert users["password"].to_list() == ["e\u0301\u200b ", '="1']


@pytest.mark.parametrize(
    ("cell", "phone"), [("1 ::: 2", "1"), ("1 ::: 2 ::: 3", "1"), ("1:::2", "1:::2")]
)
def test_the_first_of_several_phones_is_taken(cell: str, phone: str) -> None:
    """As Google Contacts writes them."""
    users, _ = checked([("ann@x.com", cell)], header=["email", "phone"])
    assert users["phone"].to_list() == [phone]
