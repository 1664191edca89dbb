"""Normalisation of e-mail addresses."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from users_uc.emails import ALREADY_NORMAL, POSSIBLE, InvalidEmailError, normalise

LONGEST_LOCAL = "a" * 64
LONGEST_DOMAIN = (
    f"{'b' * 63}.{'c' * 63}.{'d' * 57}.com"  # 189 characters, and 254 with the local part and the @
)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ann@example.com", "ann@example.com"),
        (" \tAnn.LEE+tag@Example.COM\r\n", "ann.lee+tag@example.com"),
        ("!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"),
        ("ann=?utf-8?q?lee?=@example.com", "ann=?utf-8?q?lee?=@example.com"),
        ("ann@sub.1and1.example", "ann@sub.1and1.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("ann@\u212aelvin.example", "ann@kelvin.example"),
        ("ann@ab--xn--c.example", "ann@ab--xn--c.example"),
        (f"{LONGEST_LOCAL}@{LONGEST_DOMAIN}", f"{LONGEST_LOCAL}@{LONGEST_DOMAIN}"),
    ],
)
def test_an_e_mail_address_has_one_spelling(raw: str, normal: str) -> None:
    assert normalise(raw) == normal


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@@example.com",
        "ann@b@example.com",
        "ann lee@example.com",
        "ann@exam ple.com",
        ".ann@example.com",
        "ann.@example.com",
        "ann..lee@example.com",
        '"ann lee"@example.com',
        "ann@[127.0.0.1]",
        "ann@127.0.0.1",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exa_mple.com",
        "ann@example..com",
        "ann\0@example.com",
        "ann@example.com\0",
        "Ann <ann@example.com>",
        "ann@example.com, zoe@example.com",
        "\u017fam@example.com",
        "\u212aate@example.com",
        "am\u0131@example.com",
        "josé@example.com",
        "=?utf-8?q?ann?=@example.com",
        "=?utf-8*1?q??=@example.com",
        "ann.=?utf-8?q?lee?=@example.com",
        "ann@xn--.example",
        "ann@xn--a.example",
        "ann@\u00ad.example",
        "ann@\ud800.example",
        "a" * 65 + "@example.com",
        "ann@" + "b" * 64 + ".example",
        f"{LONGEST_LOCAL}@b.{LONGEST_DOMAIN}",
        "ann@" + "ü" * 300 + ".example",
    ],
)
def test_an_invalid_e_mail_address_is_rejected(raw: str) -> None:
    with pytest.raises(InvalidEmailError):
        normalise(raw)


def looks_normal(text: str) -> bool:
    """Tell whether Polars, which has another engine than Python, matches ALREADY_NORMAL."""
    return pl.Series([text]).str.contains(ALREADY_NORMAL).all()


def looks_possible(text: str) -> bool:
    """Tell whether Polars matches POSSIBLE, after it converts the text to lower case."""
    return pl.Series([text]).str.to_lowercase().str.contains(POSSIBLE).all()


EMAILS = st.builds("{}@{}".format, st.text(), st.text()) | st.emails() | st.text()


@given(EMAILS)
def test_an_arbitrary_text_has_one_spelling_or_none(raw: str) -> None:
    try:
        normal = normalise(raw)
    except InvalidEmailError:
        return
    assert normalise(normal) == normal
    assert normal.isascii()
    assert normal == normal.lower()
    assert len(normal) <= 254


@given(st.from_regex(ALREADY_NORMAL) | EMAILS)
@example("a@ab--xn--c.com")
@example("a@b.co\n")
def test_a_text_that_looks_normal_is_normal(raw: str) -> None:
    assert not looks_normal(raw) or normalise(raw) == raw


@pytest.mark.parametrize("email", ["ann@example.com", "ann.lee_1+x@mail.example.co.uk"])
def test_common_e_mail_addresses_look_normal(email: str) -> None:
    assert looks_normal(email)


SPACES = st.text(st.sampled_from(" \t\n\x1c\x1f\x85\u2003"), max_size=2)
SPELLINGS = st.builds("{}{}{}".format, SPACES, st.emails() | st.from_regex(ALREADY_NORMAL), SPACES)


@given(SPELLINGS | SPELLINGS.map(str.upper) | EMAILS)
@example("ann@\u212aelvin.example")
@example("ann@XN--BCHER-KVA.example")
@example("\x1fAnn@example.com\x85")
@example(f"{LONGEST_LOCAL}@{LONGEST_DOMAIN}")
def test_a_text_that_does_not_look_possible_is_invalid(raw: str) -> None:
    if not looks_possible(raw):
        with pytest.raises(InvalidEmailError):
            normalise(raw)


@pytest.mark.parametrize(
    "raw", ["", "ann", "ann@example", "ann@@example.com", "ann@b@x.com", "ann@x.com.", "a b@x.com"]
)
def test_common_mistakes_do_not_look_possible(raw: str) -> None:
    assert not looks_possible(raw)
