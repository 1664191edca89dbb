"""Environment variables with URLs, hosts with ports, and origins."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "TESTED_VARIABLE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


@pytest.mark.parametrize(
    "value",
    ["", "http://jaeger:4318", "https://host/path/", "http://[::1]:4318/v1/traces", "http://h?a=b"],
)
def test_an_http_url_is_unchanged(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.http_url(NAME) == value


def test_an_unset_http_url_has_its_default() -> None:
    assert env.http_url(NAME, "http://localhost/account/") == "http://localhost/account/"


@pytest.mark.parametrize(
    "value", ["jaeger:4318", "jaeger", "grpc://jaeger:4317", "http://", "http:///x", "http://a:b"]
)
def test_an_invalid_http_url_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be like https://example"):
        env.http_url(NAME)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.0.0.0:9100", ("0.0.0.0", 9100)),  # noqa: S104
        ("celery:1", ("celery", 1)),
        ("[::]:65535", ("::", 65535)),
        ("", None),
    ],
)
def test_a_host_with_a_port_is_read(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[str, int] | None
) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.address(NAME) == expected


@pytest.mark.parametrize("value", ["9100", ":9100", "host:", "host:0", "host:65536", "::1:9100"])
def test_an_invalid_host_with_a_port_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be like 0.0.0.0:9100, not"):
        env.address(NAME)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("https://app.example.com", ["https://app.example.com"]),
        (
            "http://localhost:3000, https://[::1]:8443,",
            ["http://localhost:3000", "https://[::1]:8443"],
        ),
    ],
)
def test_origins_are_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: list[str]) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.origins(NAME) == expected


@pytest.mark.parametrize(
    "value",
    ["*", "null", "app.example.com", "https://*.example.com", "https://app.example.com/",
     "https://App.example.com", "https://a.com:443", "http://a.com:80", "https://a@b.com",
     "https://a.com?b", "ftp://a.com", "https://", "https://a.com https://b.com"],
)  # fmt: skip
def test_an_invalid_origin_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, f"https://good.example.com,{value}")
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be origins like https://"):
        env.origins(NAME)
