"""The span of each request, as it is exported."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id
from rest_framework.test import APIClient

from core.http import internal_endpoints
from tests.api.answers import assert_error
from tests.api.spans import Spans, only_span

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ME = "/api/v1/users/me/"
USERS = "/api/v1/users/"


def test_a_span_follows_the_stable_conventions(span_client: APIClient, spans: Spans) -> None:
    answer = span_client.get(
        f"{USERS}?email=ann@example.com",
        HTTP_USER_AGENT="a program",
        HTTP_AUTHORIZATION="Bearer a.secret",
    )
    span, attributes = only_span(spans)
    assert (span.name, span.kind) == (f"GET {USERS}", SpanKind.SERVER)
    assert attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 401,
        "http.route": USERS,
        "url.path": USERS,
        "url.scheme": "http",
        "server.address": "testserver",
        "server.port": 80,
    }
    assert span.parent is None
    assert span.context.trace_id == int(answer["X-Trace-Id"], 16)
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope
    assert span.instrumentation_scope.name == "opentelemetry.instrumentation.django"


def test_a_route_is_readable(span_client: APIClient, spans: Spans) -> None:
    span_client.get("/api/v1/users/7/")
    span, attributes = only_span(spans)
    assert span.name == "GET /api/v1/users/(?P<pk>[0-9]{1,18})/"
    assert attributes["url.path"] == "/api/v1/users/7/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/ann@example.com/", "GET"),
        ("/api/v1/users/ann@example.com/", "GET"),
        ("/ann@example.com", "GET"),
        ("/admin/ann@example.com", "GET /admin/(?P<url>.*)"),
        ("/admin/users_uc/user/ann@example.com/", "GET /admin/users_uc/user/<path:object_id>/"),
    ],
)
def test_an_unknown_path_is_redacted(
    span_client: APIClient, spans: Spans, path: str, name: str
) -> None:
    span_client.get(path)
    span, attributes = only_span(spans)
    assert (span.name, attributes["url.path"]) == (name, "/REDACTED")


def test_a_request_that_reaches_no_view_has_no_route(span_client: APIClient, spans: Spans) -> None:
    """The CORS middleware answers the request, although its path has a view."""
    span_client.options(
        ME, HTTP_ORIGIN="https://x.example", HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET"
    )
    span, attributes = only_span(spans)
    assert (span.name, attributes["url.path"]) == ("OPTIONS", "/REDACTED")


def test_an_unknown_method_is_not_exported(span_client: APIClient, spans: Spans) -> None:
    span_client.generic("ANN", ME)
    span, attributes = only_span(spans)
    assert (span.name, attributes["http.request.method"]) == (f"HTTP {ME}", "_OTHER")


def test_a_wrong_host_gets_the_usual_answer_and_no_span(
    span_client: APIClient, spans: Spans
) -> None:
    answer = span_client.get(
        "/api/",
        HTTP_HOST="elsewhere.example",
        HTTP_ACCEPT_LANGUAGE="pt",
        HTTP_TRACEPARENT=f"00-{TRACE}-{CALLER}-01",
    )
    assert_error(answer, 400, "bad_request")
    assert answer["X-Trace-Id"] == TRACE
    assert answer["X-Request-Id"]
    assert answer["Content-Language"] == "pt-br"
    assert answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"]
    assert not spans()


@pytest.mark.parametrize("path", [*internal_endpoints.PUBLIC, *internal_endpoints.INTERNAL])
def test_probes_and_metrics_have_no_span(
    span_client: APIClient, spans: Spans, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule holds even if the internal endpoints do not answer these paths first."""
    monkeypatch.setattr(internal_endpoints, "PUBLIC", {})
    answer = span_client.get(path, HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert_error(answer, 404, "not_found")
    assert not spans()


@pytest.mark.parametrize("path", ["/api/metrics", "/metrics/", "/x//host/healthz/live"])
def test_similar_paths_have_a_span(span_client: APIClient, spans: Spans, path: str) -> None:
    span_client.get(path)
    assert len(spans()) == 1


def test_the_trace_of_the_caller_is_continued(span_client: APIClient, spans: Spans) -> None:
    answer = span_client.get(ME, HTTP_TRACEPARENT=f"00-{TRACE}-{CALLER}-01")
    assert_error(answer, 401, "not_authenticated")
    assert answer["X-Trace-Id"] == TRACE
    span, _ = only_span(spans)
    assert span.parent is not None
    ids = (format_trace_id(span.context.trace_id), format_span_id(span.parent.span_id))
    assert ids == (TRACE, CALLER)


@pytest.mark.parametrize(
    ("sampling_ratio", "flag", "expected"),
    [(1.0, "01", 1), (1.0, "00", 0), (0.0, "01", 0), (0.0, "00", 0)],
)
def test_a_caller_can_lower_the_sampling_ratio_but_not_raise_it(
    span_client: APIClient, spans: Spans, flag: str, expected: int
) -> None:
    answer = span_client.get(ME, HTTP_TRACEPARENT=f"00-{TRACE}-{CALLER}-{flag}")
    assert answer["X-Trace-Id"] == TRACE
    assert len(spans()) == expected


@pytest.mark.parametrize("sampling_ratio", [0.0])
def test_a_request_that_is_not_recorded_has_a_trace_id(
    span_client: APIClient, spans: Spans
) -> None:
    first, second = (span_client.get("/nothing") for _ in range(2))
    assert_error(first, 404, "not_found")
    assert first["X-Trace-Id"] not in {"-", "0" * 32, second["X-Trace-Id"]}
    assert not spans()


def test_vendor_data_of_the_caller_is_not_exported(span_client: APIClient, spans: Spans) -> None:
    """Otherwise the context of the span would export the tracestate."""
    span_client.get(
        ME,
        HTTP_TRACEPARENT=f"00-{TRACE}-{CALLER}-01",
        HTTP_TRACESTATE="vendor=secret",
        HTTP_BAGGAGE="vendor=secret",
    )
    span, _ = only_span(spans)
    assert span.parent is not None
    assert not span.context.trace_state
    assert not span.parent.trace_state


def test_a_span_ends_with_its_request(span_client: APIClient, spans: Spans) -> None:
    traces = {span_client.get(ME)["X-Trace-Id"] for _ in range(3)}
    assert len(traces) == 3
    assert [span.parent for span in spans()] == [None] * 3


def test_asgi_requests_have_spans(spans: Spans) -> None:
    application = get_asgi_application()

    async def request() -> tuple[dict[bytes, bytes], bytes]:
        headers = [(b"host", b"localhost"), (b"traceparent", f"00-{TRACE}-{CALLER}-01".encode())]
        scope = {"type": "http", "method": "GET", "path": ME, "headers": headers}
        communicator: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call]
            application, scope | {"query_string": b"", "server": ("127.0.0.1", 8000)}
        )
        await communicator.send_input({"type": "http.request", "body": b""})
        start, content = [await communicator.receive_output(timeout=30) for _ in range(2)]
        await communicator.wait(timeout=30)
        return dict(start["headers"]), content["body"]

    headers, body = async_to_sync(request)()
    assert headers[b"X-Trace-Id"].decode() == json.loads(body)["trace_id"] == TRACE
    span, attributes = only_span(spans)
    assert (span.name, span.kind) == (f"GET {ME}", SpanKind.SERVER)
    assert attributes["http.response.status_code"] == 401
    assert attributes["url.path"] == attributes["http.route"] == ME
    assert attributes["server.port"] == 8000
