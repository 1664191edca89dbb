"""Number formats that write a number as a text of digits."""

import pytest

from tasks.reading.number_formats import layout_of, shown


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00000", "123", "00123"),
        ("00000", "1234567", "1234567"),
        ("00000", "0", "00000"),
        ("00000", "123.0", "00123"),
        ("00000;-00000", "123", "00123"),
        ("[$-416]00000", "123", "00123"),
        ('"+"0', "351912345678", "+351912345678"),
        ("\\+0", "3.51912345678E+11", "+351912345678"),
        ("000\\-000", "12345", "012-345"),
        ("000\\-000", "12345678", "12345-678"),
        ('000"."000"."000"-"00', "1234567890", "012.345.678-90"),
        ("(000) 000-0000", "2125550123", "(212) 555-0123"),
        ('"E-0"000', "7", "E-0007"),
        ('""000', "7", "007"),
    ],
)
def test_a_whole_number_is_shown(code: str, value: str, text: str) -> None:
    layout = layout_of(code)
    assert layout is not None
    assert shown(layout, value) == text


@pytest.mark.parametrize("value", ["1.5", "-1", "1e15", "nan", "inf", "x", ""])
def test_other_values_have_no_digits_to_pad(value: str) -> None:
    layout = layout_of("000")
    assert layout is not None
    assert shown(layout, value) is None


@pytest.mark.parametrize(
    "code",
    [
        *("", "0", "General", "@", "#,##0", "0.00", "00.0", "0%", "0E+00", "0000,", "?000"),
        *('0" kg"', '"x"', "yyyy-mm-dd", "hh:mm", "[>9]000;0", "[Red]000", "#000", '"000', "000\\"),
    ],
)
def test_other_formats_do_not_count(code: str) -> None:
    assert layout_of(code) is None
