"""core/env.py: secrets, by variable or by file."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "TESTED_VARIABLE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


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
