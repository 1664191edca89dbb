"""Uploads that have been imported, and servers that are not there."""

import socket
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import run

pytest.register_assert_rewrite("tests.api.answers")


@pytest.fixture
def imported(
    csv_file: Callable[..., SimpleUploadedFile],
) -> Callable[..., ImportJob]:
    """`imported(client, content, **options)`: a job that the client sent, at its end."""

    def make(client: APIClient, content: str | bytes, **options: str) -> ImportJob:
        body = {"file": csv_file(content), **options}
        answer = client.post("/api/contacts/upload-csv/", body, format="multipart")
        assert answer.status_code == 202, answer.json()
        return run(ImportJob.objects.get(id=answer.json()["task_id"]))

    return make


@pytest.fixture
def send(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> Callable[..., HttpResponse]:
    """Bob uploads a file with these options."""

    def post(**options: object) -> HttpResponse:
        body = {"file": csv_file("email;Mail\nann@x.com;x\n"), **options}
        return as_bob.post("/api/contacts/upload-csv/", body, format="multipart")

    return post


@pytest.fixture
def frozen_port() -> Iterator[int]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def database_at(transactional_db: None) -> Iterator[Callable[[int], None]]:
    """`database_at(port)`: PostgreSQL is looked for there until the test ends."""
    with pytest.MonkeyPatch.context() as patch:

        def move(port: int) -> None:
            connection.close()
            patch.setitem(connection.settings_dict, "PORT", port)

        yield move
