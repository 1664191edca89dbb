"""The headers `X-Trace-Id` and `traceparent`."""

import re
from contextvars import Context

import pytest
from rest_framework.test import APIClient

from core.telemetry.traces import current_trace_id
from tests.api.answers import assert_error

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
PAGE = "/api/docs/"


@pytest.mark.parametrize("url", ["/nothing", "/api/schema/", PAGE])
def test_every_answer_has_its_own_trace_id(anonymous: APIClient, url: str) -> None:
    first, second = (anonymous.get(url)["X-Trace-Id"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("version", ["00", "01", "cc"])
def test_the_trace_id_of_the_caller_is_used(anonymous: APIClient, version: str) -> None:
    answer = anonymous.get("/nothing", HTTP_TRACEPARENT=f"{version}-{TRACE}-{SPAN}-01")
    assert answer["X-Trace-Id"] == TRACE
    assert_error(answer, 404, "not_found")  # its body has the same trace id


@pytest.mark.parametrize(
    "header",
    [
        "",
        TRACE,
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}1-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01\nx",
    ],
)
def test_an_invalid_traceparent_is_ignored(anonymous: APIClient, header: str) -> None:
    trace_id = anonymous.get(PAGE, HTTP_TRACEPARENT=header)["X-Trace-Id"]
    assert re.fullmatch("[0-9a-f]{32}", trace_id)
    assert trace_id not in {TRACE, "0" * 32}


def test_a_line_ending_in_a_url_starts_no_new_log_line(
    anonymous: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    anonymous.get("/api/x%0a2026-01-01 ERROR forged%1b[31m/")
    (line,) = (r.getMessage() for r in caplog.records if r.name == "accounts.requests")
    assert line.startswith("GET /api/x%0A2026-01-01%20ERROR%20forged%1B%5B31m/ 404 in ")


def test_outside_a_request_there_is_no_trace_id() -> None:
    assert Context().run(current_trace_id) == "-"
