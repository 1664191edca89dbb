"""The span of a request that ends with an exception."""

import pytest
from opentelemetry.trace import StatusCode
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api.spans import Spans, only_span

pytestmark = pytest.mark.urls("tests.api.failing_urls")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/plain/not-found", 404), ("/plain/denied", 403), ("/plain/suspicious", 400)],
)
def test_an_exception_that_becomes_a_4xx_is_no_error(
    span_client: APIClient, spans: Spans, path: str, status: int
) -> None:
    span_client.get(path)
    span, attributes = only_span(spans)
    assert attributes["http.response.status_code"] == status
    assert "error.type" not in attributes
    assert span.status.status_code is StatusCode.UNSET
    assert not span.events


@pytest.mark.parametrize("path", ["/plain/bug", "/api/bug"])
def test_an_unhandled_exception_is_an_error_without_its_message(
    span_client: APIClient, spans: Spans, path: str
) -> None:
    assert_error(span_client.get(path), 500, "server_error")
    span, attributes = only_span(spans)
    assert attributes["error.type"] == "500"
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    (event,) = span.events
    assert dict(event.attributes or {}) == {"exception.type": "RuntimeError"}


def test_an_unavailable_database_is_an_error(span_client: APIClient, spans: Spans) -> None:
    span_client.get("/api/database")
    span, attributes = only_span(spans)
    assert attributes["error.type"] == "503"
    assert span.status.status_code is StatusCode.ERROR
