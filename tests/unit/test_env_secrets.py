"""Environment variables with secrets, or with the path of a secret file."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "TESTED_VARIABLE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


def test_a_secret_is_the_value_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "hidden")
    assert env.secret(NAME) == "hidden"


def test_a_secret_file_takes_precedence_over_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(" from the file \n")
    monkeypatch.setenv(NAME, "from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME) == "from the file"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not text"])
def test_an_unreadable_secret_file_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv(NAME, "from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}_FILE cannot be read: "):
        env.secret(NAME)


@pytest.mark.parametrize(("value", "enough"), [("é" * 2, True), ("abc", False)])
def test_the_length_of_a_secret_counts_in_bytes(
    monkeypatch: pytest.MonkeyPatch, value: str, *, enough: bool
) -> None:
    monkeypatch.setenv(NAME, value)
    if enough:
        assert env.secret(NAME, min_bytes=4) == value
        return
    with pytest.raises(
        ImproperlyConfigured, match=f"^{NAME} must have at least 4 bytes.$"
    ) as caught:
        env.secret(NAME, min_bytes=4)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", []), ("abcd", ["abcd"]), (" abcd,\n efgh ,", ["abcd", "efgh"])],
)
def test_a_list_of_secrets_is_read(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: list[str]
) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.secrets(NAME, min_bytes=4) == expected


def test_a_list_of_secrets_may_be_empty_or_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert env.secrets(NAME, min_bytes=4) == []
    (tmp_path / "secret").write_text("abcd\nefgh\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secrets(NAME, min_bytes=4) == ["abcd", "efgh"]


def test_each_secret_of_a_list_has_a_minimum_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "abcd efg")
    with pytest.raises(ImproperlyConfigured, match=f"^Each of {NAME} must have at least 4 bytes.$"):
        env.secrets(NAME, min_bytes=4)


def test_an_empty_secret_file_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="must have at least 1 bytes"):
        env.secret(NAME)
