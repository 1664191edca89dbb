"""Environment variables with texts, numbers, booleans, words, choices, rates and base64."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "TESTED_VARIABLE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [("a b", None, "a b"), (" a ", "b", "a"), ("", "b", "b"), ("  ", "b", "b"), ("", "", "")],
)
def test_a_text_is_read(
    monkeypatch: pytest.MonkeyPatch, value: str, default: str | None, expected: str
) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.text(NAME, default) == expected


@pytest.mark.parametrize("value", [None, "", " "])
def test_a_text_without_value_and_default_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^Set the environment variable {NAME}.$"):
        env.text(NAME)


@pytest.mark.parametrize("value", ["Accounts & Co.", "Contas Ação"])
def test_a_line_is_unchanged(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.line(NAME, "default") == value


@pytest.mark.parametrize("value", ["a\nb", "a\r\nBcc: b@example.com", "a\tb", "a\x7fb", "a\u2028b"])
def test_a_line_with_a_control_character_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be one line of printable"):
        env.line(NAME, "default")


@pytest.mark.parametrize(("value", "expected"), [("7", 7), (" 2 ", 2), ("", 5)])
def test_an_integer_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: int) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.integer(NAME, 5, minimum=2) == expected


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1", "must be at least 2, not 1."),
        ("-3", "must be at least 2, not -3."),
        ("1.5", "must be a whole number, not '1.5'."),
        ("many", "must be a whole number, not 'many'."),
    ],
)
def test_an_invalid_integer_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str, problem: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} {problem}$"):
        env.integer(NAME, 5, minimum=2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("YES", True), ("False", False), ("0", False), ("no", False)],
)
def test_a_boolean_is_read(monkeypatch: pytest.MonkeyPatch, value: str, *, expected: bool) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.boolean(NAME, default=not expected) is expected


@pytest.mark.parametrize("default", [True, False])
def test_an_unset_boolean_has_its_default(*, default: bool) -> None:
    assert env.boolean(NAME, default=default) is default


@pytest.mark.parametrize("value", ["on", "2", "tru"])
def test_an_invalid_boolean_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be true or false, not '{value}'"):
        env.boolean(NAME, default=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"]), (",", []), ("", ["c", "d"])],
)
def test_words_are_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: list[str]) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.words(NAME, "c,d") == expected


def test_there_may_be_no_words() -> None:
    assert env.words(NAME) == []


def test_a_choice_must_be_one_of_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.choice(NAME, "a", {"a", "b"}) == "a"
    monkeypatch.setenv(NAME, "b")
    assert env.choice(NAME, "a", {"a", "b"}) == "b"
    monkeypatch.setenv(NAME, "B")
    with pytest.raises(ImproperlyConfigured, match=r"must be one of \['a', 'b'\], not 'B'\.$"):
        env.choice(NAME, "a", {"a", "b"})


@pytest.mark.parametrize("value", ["30/min", "1/second", "5/h", "1000/d"])
def test_a_rate_is_unchanged(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.rate(NAME, "1/min") == value


@pytest.mark.parametrize("value", ["abc", "30", "0/min", "30/week", "/min", "-1/min"])
def test_an_invalid_rate_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match="must be like 30/min"):
        env.rate(NAME, "1/min")


@pytest.mark.parametrize(("value", "expected"), [("0", 0.0), ("0.25", 0.25), ("1", 1.0), ("", 0.5)])
def test_a_fraction_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: float) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.fraction(NAME, 0.5) == expected


@pytest.mark.parametrize("value", ["-0.1", "1.1", "half", "nan", "inf"])
def test_an_invalid_fraction_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be a number from 0 to 1, not "):
        env.fraction(NAME, 0.5)


@pytest.mark.parametrize(
    ("value", "expected"), [("Bw==", b"\7"), (" AAEC ", b"\0\1\2"), ("", b"x")]
)
def test_base64_is_decoded(monkeypatch: pytest.MonkeyPatch, value: str, expected: bytes) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.base64(NAME, "eA==") == expected
    assert env.base64_secret(NAME) == (expected if value else b"")


@pytest.mark.parametrize("read", [env.base64_secret, lambda name: env.base64(name, "Bw==")])
@pytest.mark.parametrize("value", ["B", "Bw=", "Bw==x", "B-_=", "ü"])
def test_a_value_that_is_not_base64_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str, read: Callable[[str], bytes]
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be base64"):
        read(NAME)
