"""Errors that any request may get, always in the same shape."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message
from tests.conftest import PASSWORD

ME = "/api/v1/users/me/"
LOGIN = "/api/v1/auth/login/"


def post(
    client: APIClient, body: str | bytes, kind: str = "application/json", **headers: Any
) -> HttpResponse:
    """Send a login request with this body."""
    return client.generic("POST", LOGIN, body, kind, **headers)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["/nothing/", "/api/nothing/", "/favicon.ico"])
def test_an_unknown_url_is_404(anonymous: APIClient, url: str) -> None:
    assert_error(anonymous.get(url), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [
        ("get", LOGIN, "POST, OPTIONS"),
        ("put", "/api/v1/register/", "POST, OPTIONS"),
        ("delete", "/api/v1/auth/refresh/", "POST, OPTIONS"),
    ],
)
def test_an_unsupported_method_is_405(
    anonymous: APIClient, method: str, url: str, allowed: str
) -> None:
    answer = getattr(anonymous, method)(url)
    assert_error(answer, 405, "method_not_allowed")
    assert answer["Allow"] == allowed


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=b", "text/xml"])
def test_an_unsupported_content_type_is_415(db: None, anonymous: APIClient, kind: str) -> None:
    answer = post(anonymous, "a", kind)
    assert_error(answer, 415, "unsupported_media_type")
    sent = kind.partition(";")[0]
    assert message(answer) == (
        f'The Content-Type "{sent}" is not supported here. Send application/json.'
    )


def test_a_body_without_a_content_type_is_415(db: None, anonymous: APIClient) -> None:
    answer = post(anonymous, "a", "")
    assert_error(answer, 415, "unsupported_media_type")
    assert message(answer) == "The body has no Content-Type. Send application/json."


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, zstd", "x" * 1000])
def test_a_compressed_body_is_415(db: None, anonymous: APIClient, coding: str) -> None:
    """Fails if the service reads compressed bytes as they are."""
    answer = post(anonymous, gzip.compress(b"{}"), HTTP_CONTENT_ENCODING=coding)
    assert_error(answer, 415, "unsupported_media_type")
    assert message(answer) == (
        f'The Content-Encoding "{coding[:64]}" is not supported here. Send the body without it.'
    )


@pytest.mark.parametrize("coding", ["", "identity", "Identity, identity"])
def test_a_body_that_is_not_compressed_is_read(db: None, anonymous: APIClient, coding: str) -> None:
    assert_error(post(anonymous, "x", HTTP_CONTENT_ENCODING=coding), 400, "parse_error")


@pytest.mark.parametrize(
    "body",
    [
        '{"email": ',
        '{"email": NaN, "password": "p"}',
        '{"email": Infinity}',
        "{'email': 1}",
        '{"email": "\\ud800"}',
        b'{"email": "\xff"}',
        "[" * 2_000,
        "\ufeff{}",
        f'{{"email": {"9" * 5000}}}',
    ],
    ids=[
        "truncated",
        "NaN",
        "Infinity",
        "single quotes",
        "surrogate",
        "invalid UTF-8",
        "deeply nested",
        "BOM",
        "5,000 digits",
    ],
)
def test_invalid_json_is_400(db: None, anonymous: APIClient, body: str | bytes) -> None:
    answer = post(anonymous, body)
    assert_error(answer, 400, "parse_error")
    assert b'"message":"The body is not JSON: ' in answer.content


@pytest.mark.parametrize("body", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "\\u0061": 2}}]'])
def test_a_duplicate_key_is_400(db: None, anonymous: APIClient, body: str) -> None:
    answer = post(anonymous, body)
    assert_error(answer, 400, "parse_error")
    assert b"has the key 'a' more than once" in answer.content


@pytest.mark.parametrize("body", ["[]", "null", "1", '"a"', "[" * 1000 + "]" * 1000])
def test_json_that_is_not_an_object_is_400(db: None, anonymous: APIClient, body: str) -> None:
    assert post(anonymous, body).status_code == 400


def test_a_json_body_has_at_most_2621440_bytes(db: None, anonymous: APIClient) -> None:
    limit = 2_621_440
    largest = '{"email": "a", "password": "b"}'.ljust(limit)
    assert_error(post(anonymous, largest), 401, "authentication_failed")
    assert_error(post(anonymous, largest + " "), 413, "too_large")


def test_a_too_large_admin_form_is_413(db: None, anonymous: APIClient) -> None:
    form = {"username": "a", "password": "p" * 3_000_000}
    kind = "application/x-www-form-urlencoded"
    body = "&".join(f"{name}={value}" for name, value in form.items())
    assert_error(anonymous.generic("POST", "/admin/login/", body, kind), 413, "too_large")


def test_an_unsupported_accept_header_is_406(as_charlie: APIClient) -> None:
    assert_error(as_charlie.get(ME, HTTP_ACCEPT="text/html"), 406, "not_acceptable")


def test_an_unknown_host_is_400(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/schema/", HTTP_HOST="evil.example")
    assert_error(answer, 400, "bad_request")


def test_too_many_fields_are_400(as_bob: APIClient) -> None:
    body = {f"f{number}": "x" for number in range(1001)}
    answer = as_bob.post("/api/v1/imports/", body, format="multipart")
    assert_error(answer, 400, "parse_error")


@pytest.mark.parametrize("url", [ME, "/api/v1/users/", "/api/v1/imports/"])
def test_an_unavailable_database_is_503(
    as_bob: APIClient, database_at: Callable[[int], None], closed_port: int, url: str
) -> None:
    database_at(closed_port)
    answer = as_bob.get(url)
    assert_error(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"


def test_a_login_without_a_database_is_503(
    anonymous: APIClient, database_at: Callable[[int], None], closed_port: int
) -> None:
    database_at(closed_port)
    answer = anonymous.post(LOGIN, {"email": "a@x.com", "password": PASSWORD})
    assert_error(answer, 503, "unavailable")
