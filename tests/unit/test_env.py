"""core/env.py."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "TESTED_VARIABLE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


@pytest.mark.parametrize(
    ("value", "default", "read"),
    [("a b", None, "a b"), (" a ", "b", "a"), ("", "b", "b"), ("  ", "b", "b"), ("", "", "")],
)
def test_text(monkeypatch: pytest.MonkeyPatch, value: str, default: str | None, read: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.text(NAME, default) == read


@pytest.mark.parametrize("value", [None, "", " "])
def test_text_without_value_and_default_stops(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^Set the environment variable {NAME}.$"):
        env.text(NAME)


@pytest.mark.parametrize(("value", "read"), [("7", 7), (" 2 ", 2), ("", 5)])
def test_integer(monkeypatch: pytest.MonkeyPatch, value: str, read: int) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.integer(NAME, 5, minimum=2) == read


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1", "must be at least 2, not 1."),
        ("-3", "must be at least 2, not -3."),
        ("1.5", "must be a whole number, not '1.5'."),
        ("many", "must be a whole number, not 'many'."),
    ],
)
def test_a_wrong_integer_stops(monkeypatch: pytest.MonkeyPatch, value: str, problem: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} {problem}$"):
        env.integer(NAME, 5, minimum=2)


@pytest.mark.parametrize(
    ("value", "read"),
    [("true", True), ("1", True), ("YES", True), ("False", False), ("0", False), ("no", False)],
)
def test_boolean(monkeypatch: pytest.MonkeyPatch, value: str, *, read: bool) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.boolean(NAME, default=not read) is read


@pytest.mark.parametrize("default", [True, False])
def test_an_unset_boolean_is_its_default(*, default: bool) -> None:
    assert env.boolean(NAME, default=default) is default


@pytest.mark.parametrize("value", ["on", "2", "tru"])
def test_a_wrong_boolean_stops(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be true or false, not '{value}'"):
        env.boolean(NAME, default=False)


@pytest.mark.parametrize(
    ("value", "read"),
    [("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"]), (",", []), ("", ["c", "d"])],
)
def test_words(monkeypatch: pytest.MonkeyPatch, value: str, read: list[str]) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.words(NAME, "c,d") == read


def test_words_may_be_none() -> None:
    assert env.words(NAME) == []


def test_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.choice(NAME, "a", {"a", "b"}) == "a"
    monkeypatch.setenv(NAME, "b")
    assert env.choice(NAME, "a", {"a", "b"}) == "b"
    monkeypatch.setenv(NAME, "B")
    with pytest.raises(ImproperlyConfigured, match=r"must be one of \['a', 'b'\], not 'B'\.$"):
        env.choice(NAME, "a", {"a", "b"})


def test_a_secret_is_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "hidden")
    assert env.secret(NAME) == "hidden"


def test_a_secret_in_a_file_goes_before_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(" from the file \n")
    monkeypatch.setenv(NAME, "from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME) == "from the file"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no text"])
def test_a_file_that_cannot_be_read_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv(NAME, "from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}_FILE cannot be read: "):
        env.secret(NAME)


@pytest.mark.parametrize(("value", "enough"), [("é" * 2, True), ("abc", False)])
def test_a_secret_is_measured_in_bytes(
    monkeypatch: pytest.MonkeyPatch, value: str, *, enough: bool
) -> None:
    monkeypatch.setenv(NAME, value)
    if enough:
        assert env.secret(NAME, min_bytes=4) == value
        return
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must have at least 4 bytes.$") as told:
        env.secret(NAME, min_bytes=4)
    assert value not in str(told.value)


@pytest.mark.parametrize(
    ("value", "read"),
    [("", []), ("abcd", ["abcd"]), (" abcd,\n efgh ,", ["abcd", "efgh"])],
)
def test_secrets(monkeypatch: pytest.MonkeyPatch, value: str, read: list[str]) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.secrets(NAME, min_bytes=4) == read


def test_secrets_may_be_none_or_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.secrets(NAME, min_bytes=4) == []
    (tmp_path / "secret").write_text("abcd\nefgh\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secrets(NAME, min_bytes=4) == ["abcd", "efgh"]


def test_each_of_secrets_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "abcd efg")
    with pytest.raises(ImproperlyConfigured, match=f"^Each of {NAME} must have at least 4 bytes.$"):
        env.secrets(NAME, min_bytes=4)


def test_an_empty_file_is_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="must have at least 1 bytes"):
        env.secret(NAME)


@pytest.mark.parametrize("value", ["30/min", "1/second", "5/h", "1000/d"])
def test_a_rate_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.rate(NAME, "1/min") == value


@pytest.mark.parametrize("value", ["abc", "30", "0/min", "30/week", "/min", "-1/min"])
def test_what_is_no_rate_stops_at_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match="must be like 30/min"):
        env.rate(NAME, "1/min")


@pytest.mark.parametrize(("value", "read"), [("0", 0.0), ("0.25", 0.25), ("1", 1.0), ("", 0.5)])
def test_fraction(monkeypatch: pytest.MonkeyPatch, value: str, read: float) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.fraction(NAME, 0.5) == read


@pytest.mark.parametrize("value", ["-0.1", "1.1", "half", "nan", "inf"])
def test_a_wrong_fraction_stops(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be a number from 0 to 1, not "):
        env.fraction(NAME, 0.5)


@pytest.mark.parametrize(
    "value",
    ["", "http://jaeger:4318", "https://host/path/", "http://[::1]:4318/v1/traces", "http://h?a=b"],
)
def test_http_url(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.http_url(NAME) == value


@pytest.mark.parametrize(
    "value", ["jaeger:4318", "jaeger", "grpc://jaeger:4317", "http://", "http:///x", "http://a:b"]
)
def test_a_wrong_http_url_stops(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be like http://host:4318, not "):
        env.http_url(NAME)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("0.0.0.0:9100", ("0.0.0.0", 9100)),  # noqa: S104
        ("celery:1", ("celery", 1)),
        ("[::]:65535", ("::", 65535)),
        ("", None),
    ],
)
def test_address(monkeypatch: pytest.MonkeyPatch, value: str, read: tuple[str, int] | None) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.address(NAME) == read


@pytest.mark.parametrize("value", ["9100", ":9100", "host:", "host:0", "host:65536", "::1:9100"])
def test_what_is_no_address_stops(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be like 0.0.0.0:9100, not"):
        env.address(NAME)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", []),
        ("https://app.example.com", ["https://app.example.com"]),
        (
            "http://localhost:3000, https://[::1]:8443,",
            ["http://localhost:3000", "https://[::1]:8443"],
        ),
    ],
)
def test_origins(monkeypatch: pytest.MonkeyPatch, value: str, read: list[str]) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.origins(NAME) == read


@pytest.mark.parametrize(
    "value",
    ["*", "null", "app.example.com", "https://*.example.com", "https://app.example.com/",
     "https://App.example.com", "https://a.com:443", "http://a.com:80", "https://a@b.com",
     "https://a.com?b", "ftp://a.com", "https://", "https://a.com https://b.com"],
)  # fmt: skip
def test_what_is_no_origin_stops(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, f"https://good.example.com,{value}")
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be origins like https://"):
        env.origins(NAME)
