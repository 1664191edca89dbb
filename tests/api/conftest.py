"""Fixtures: finished imports, the schema, and servers that are unavailable."""

import json
import socket
from collections.abc import Callable, Iterator
from io import StringIO
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django import Settings
from rest_framework.test import APIClient

from core.http import streaming
from core.http.streaming import StreamBudget
from core.telemetry import server_spans
from core.telemetry.cleaning import CleaningExporter
from core.telemetry.sampling import sampler
from tasks.models import ImportJob
from tests.api.spans import Spans
from tests.imports import run
from users_uc import search

pytest.register_assert_rewrite("tests.api.answers")

type Inspect = Callable[..., Any]
"""The fixture `inspect`."""


@pytest.fixture
def no_file_is_left(settings: Settings) -> Iterator[None]:
    """Check that no upload is left in INCOMING_DIR after the test."""
    yield
    assert list(settings.INCOMING_DIR.glob("*")) == []


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """Return the OpenAPI schema, which must be valid and free of warnings."""
    output = StringIO()
    options = ("--validate", "--fail-on-warn", "--format", "openapi-json")
    call_command("spectacular", *options, stdout=output)
    document: dict[str, Any] = json.loads(output.getvalue())
    return document


@pytest.fixture
def search_index(db: None, settings: Settings) -> None:
    """Turn the search for users on and create its index."""
    settings.USER_SEARCH_INDEX = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(search.CREATE_INDEX.replace(" CONCURRENTLY", ""))


@pytest.fixture
def imported(
    csv_file: Callable[..., SimpleUploadedFile],
) -> Callable[..., ImportJob]:
    """Return `imported(client, content, **options)`: upload a file and run its job to the end."""

    def make(client: APIClient, content: str | bytes, **options: str) -> ImportJob:
        body = {"file": csv_file(content), **options}
        answer = client.post("/api/v1/imports/", body, format="multipart")
        assert answer.status_code == 202, answer.json()
        return run(ImportJob.objects.get(id=answer.json()["task_id"]))

    return make


@pytest.fixture
def send(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> Callable[..., HttpResponse]:
    """Return `send(**options)`: upload a file as Bob with these options."""

    def post(**options: object) -> HttpResponse:
        body = {"file": csv_file("email;Mail\nann@x.com;x\n"), **options}
        return as_bob.post("/api/v1/imports/", body, format="multipart")

    return post


@pytest.fixture
def inspect(as_bob: APIClient) -> Inspect:
    """Return `inspect(content, **options)`: the document about a file."""

    def post(content: str | bytes, **options: str) -> Any:
        data = content.encode() if isinstance(content, str) else content
        answer = as_bob.post(
            "/api/v1/imports/inspect/",
            {"file": SimpleUploadedFile("people.csv", data), **options},
            format="multipart",
        )
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return post


@pytest.fixture
def frozen_port() -> Iterator[int]:
    """Yield a port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def database_at(transactional_db: None) -> Iterator[Callable[[int], None]]:
    """Yield `database_at(port)`: connect to PostgreSQL at this port until the test ends."""
    with pytest.MonkeyPatch.context() as patch:

        def move(port: int) -> None:
            connection.close()
            patch.setitem(connection.settings_dict, "PORT", port)

        yield move


@pytest.fixture
def sampling_ratio() -> float:
    """Return the share of requests that are recorded."""
    return 1.0


@pytest.fixture
def spans(
    sampling_ratio: float, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Spans]:
    """Instrument Django as wsgi.py does, and yield `spans()`, which returns the exported spans."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    monkeypatch.setenv("OTEL_PYTHON_DJANGO_MIDDLEWARE_POSITION", "5")  # is ignored
    settings.MIDDLEWARE = list(settings.MIDDLEWARE)
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=sampler(sampling_ratio))
    provider.add_span_processor(SimpleSpanProcessor(CleaningExporter(exporter)))
    server_spans.instrument(provider)
    yield lambda: list(exporter.get_finished_spans())
    server_spans._Instrumentor().uninstrument()


@pytest.fixture
def span_client(spans: Spans) -> APIClient:
    """Return a client of the instrumented application that gets a 500 for an exception."""
    return APIClient(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _own_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a budget of downloads: a test may leave an answer unread."""
    monkeypatch.setattr(streaming, "DOWNLOADS", StreamBudget(BoundedSemaphore(2)))
