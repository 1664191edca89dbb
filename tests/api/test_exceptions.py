"""Errors: the answer to each exception in a view. See failing_urls.py."""

import logging

import pytest
from rest_framework.test import APIClient

from core.telemetry.logs import IdsFilter
from tests.api.answers import assert_error

pytestmark = pytest.mark.urls("tests.api.failing_urls")


@pytest.fixture
def client() -> APIClient:
    """Return a client that gets a 500 where the default client raises the exception."""
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/api/bug", 500, "server_error"),
        ("/api/not-found", 404, "not_found"),
        ("/api/denied", 403, "permission_denied"),
        ("/api/suspicious", 400, "parse_error"),
        ("/api/too-big", 413, "too_large"),
        ("/api/database", 503, "unavailable"),
        ("/api/connection", 503, "unavailable"),
        ("/api/storage", 503, "unavailable"),
        ("/plain/bug", 500, "server_error"),
        ("/plain/not-found", 404, "not_found"),
        ("/plain/denied", 403, "permission_denied"),
        ("/plain/suspicious", 400, "bad_request"),
        ("/plain/too-big", 413, "too_large"),
        ("/nothing", 404, "not_found"),
    ],
)
def test_each_exception_has_its_status_and_code(
    client: APIClient, url: str, status: int, code: str
) -> None:
    assert_error(client.get(url), status, code)


@pytest.mark.parametrize("url", ["/api/bug", "/plain/bug", "/api/database", "/plain/denied"])
def test_the_message_of_an_exception_is_not_sent(client: APIClient, url: str) -> None:
    assert b"secret" not in client.get(url).content


def test_an_unhandled_exception_is_logged_with_its_trace_id(
    client: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.filtering(IdsFilter()):
        answer = client.get("/api/bug")
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert record.__dict__["trace_id"] == answer["X-Trace-Id"]
    assert record.exc_info
    assert "a secret" in caplog.text


def test_nested_errors_have_dotted_paths(client: APIClient) -> None:
    answer = client.get("/api/nested")
    assert_error(answer, 400, "invalid", **{"a.b": "invalid", "a.c": "invalid"})


def test_errors_without_a_field_are_non_field_errors(client: APIClient) -> None:
    assert_error(client.get("/api/no-field"), 400, "invalid", non_field_errors="odd")
