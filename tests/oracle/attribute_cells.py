"""Random cells of declared attributes, valid and invalid, as programs and users write them."""

from collections.abc import Callable
from random import Random
from unicodedata import normalize

from tests.oracle.attributes import Attribute

_TEXTS = (
    "Room 12", "Zoë", "e\u0301té", "=1+1", "-1", "'", "'=x", '"', 'say "hi"', "a\\b", "\\N",
    "\\.", "a\tb", "two\nlines", "a\r\nb", "\va\vb", "x\u2028y", "a\x85b", "\u200bx", "x\u200by",
    "x\u200d", " \u200b x \ufeff", "\u202eabc\u202c", '="0123"', '="a"b"', '="="', "0", "NULL",
    "null", "{}", "x" * 30, "a\v" * 4 + "b", "\u200b", "\xa0", "\u3000x\u2003", "true", "1.50",
    " ::: b", "a ::: b", "-", "n/a", "//",
)  # fmt: skip
_LONG_TEXTS = (
    "x" * 1000, "\u00e9" * 1000, "e\u0301" * 1000, "🙂" * 999 + "!", '"' * 1000, "a\v" * 499 + "b",
)  # fmt: skip
_INVALID_TEXTS = (
    "x" * 1001, "\u00e9" * 1001, "e\u0301" * 1001, "x" * 5000, "a\x07", "\x00", "a\x00b", "\x1c",
    "x\x1f", "d\x7f", "\x1bx",
)  # fmt: skip
_INTEGERS = (
    "0", "42", " 42 ", "-7", "+7", "007", "-0", "42.0", "-5.0", "9223372036854775807",
    "-9223372036854775808", "\u200e42", "42\xa0", '="0042"', "\ufeff 7\u200b",
    "000000000000000000001",
)  # fmt: skip
_INVALID_INTEGERS = (
    "x", "1.5", "1,0", "1,234", "1.234", "42.", "42.00", "9223372036854775808",
    "-9223372036854775809", "9" * 40, "1e3", "\u0663", "\uff11", "4 2", "--1", "+-1", "+", "-",
    "0x10", "1_000", "\u22125", "5\x00", "4\u200b2", "\x1c42",
)  # fmt: skip
_DECIMALS = (
    "0", "1.5", "1,5", "-1.50", "+2", "1234.5", "1.234,50", "1,234.50", "12.5e3", "1E+15",
    "1e-05", "1.234", "0,125", "1234,567", "1.234.567", "1,234,567", "-1,234,567.8",
    "12.345.678,9", "-0", "-0.00", "0.0000000001", "99999999999999999999.9999999999", "1e19",
    "100e-12", "0e99", "0001.5", "-0,5", "\u200e1,5\u200e", '="1.5"', "1.000000000000000000",
    "123,456.7", "0.5E1", " 7 ", "1,2345", "12,34",
)  # fmt: skip
_INVALID_DECIMALS = (
    "1,234", "-12,345", "+999,000", "x", "1.", ",5", ".5", "1,2.3", "1.2.3", "1,2,3", "12,34.5",
    "1e99", "1e", "e5", "1e+", "1.e5", "1,5e3", "1e3.5", "1e100", "1..2", "1.,2", "-", "+", "",
    "1 234", "NaN", "inf", "\u0661", "1.23456789012", "100000000000000000000", "9" * 70,
    "1,234.567.8", "1.234,567,8", "1234,567.8", "1.5\x00", "1\u200b5", "1'234", "5%", "$5",
)  # fmt: skip
_BOOLEANS = (
    "true", "FALSE", "Yes", "no", "1", "0", "on", "Off", "sim", "Não", "na\u0303o", "sí", "ja",
    "NEIN", "oui", "non", "vero", "tak", "nie", "FAŁSZ", "fa\u0142sz", "waar", "nee",
    "VERDADEIRO", " y ", "N", "\u200bsim", '="true"',
)  # fmt: skip
_INVALID_BOOLEANS = (
    "maybe", "2", "active", "inativo", "1.0", "512", "true false", "x\x00", "tr\u200bue", "-1",
    "ye s", "\x1cyes",
)  # fmt: skip
_DATES = (
    "2026-01-31", "31.01.2026", "31/01/2026", "01/31/2026", "1.2.2026", "02/02/2026", "2026/1/31",
    "2026.01.31", "2026-01-31 00:00:00", "2026-01-31T00:00:00.000Z", "2026-01-31T00:00",
    "29.02.2028", "2028-02-29", "0001-01-01", "9999-12-31", "13-12-2026", "12-13-2026",
    "\u200e31.01.2026\u200e", '="2026-01-31"', " 2026-01-31\t",
)  # fmt: skip
_INVALID_DATES = (
    "01/02/2026", "1-2-2026", "12/11/2026", "2026-02-30", "29.02.2026", "31.13.2026",
    "13/13/2026", "2026-13-01", "0000-01-01", "2026-00-10", "00.01.2026", "2026-1", "31.1.26",
    "45000", "20260131", "2026-01-31 08:30:00", "2026-01-31T00:00:01", "1/2-2026", "31. 1. 2026",
    "Jan 31, 2026", "yesterday", "\u0663\u0661.01.2026", "31.01.2026x", "31.01.20266",
    "2026-01-31 00:00:00.5", "31..2026", "\x1c1.1.2026", "2026-001-31", "0/5/2026",
)  # fmt: skip
_INVALID_CHOICES = ("Sails", "x", "0", "Sal es", "x" * 2000, "a\x07", "Sa\u200bles", "S\x00", "?")

type _Cells = tuple[str, ...]
_BY_TYPE: dict[str, tuple[_Cells, _Cells]] = {
    "text": (_TEXTS, _INVALID_TEXTS),
    "integer": (_INTEGERS, _INVALID_INTEGERS),
    "decimal": (_DECIMALS, _INVALID_DECIMALS),
    "boolean": (_BOOLEANS, _INVALID_BOOLEANS),
    "date": (_DATES, _INVALID_DATES),
}


def valid_cell(attribute: Attribute, rng: Random) -> str:
    """Return a cell with a value of the attribute, or an empty one."""
    if rng.random() < 0.1:
        return rng.choice(("", "", " ", "\xa0\t", "\u200b"))
    if attribute.type == "choice":
        return _choice(attribute, rng)
    if attribute.type == "text" and rng.random() < 0.05:
        return rng.choice(_LONG_TEXTS)
    return rng.choice(_BY_TYPE[attribute.type][0])


def invalid_cell(attribute: Attribute, rng: Random) -> str:
    """Return a cell with which the row must be rejected."""
    if attribute.type == "choice":
        return rng.choice(_INVALID_CHOICES)
    return rng.choice(_BY_TYPE[attribute.type][1])


def _choice(attribute: Attribute, rng: Random) -> str:
    """Return the choice in other letter case, decomposed, or between other characters."""
    change: Callable[[str], str] = rng.choice(
        (
            str,
            str,
            str.upper,
            str.lower,
            str.swapcase,
            lambda text: normalize("NFD", text),
            lambda text: f" \u200b{text}\xa0",
            lambda text: '="' + text.replace('"', '""') + '"',
        )
    )
    return change(rng.choice(attribute.choices))
