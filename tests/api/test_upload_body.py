"""POST imports/: the multipart body around the file."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from core.http.raw_file import RAW_TYPES
from tests.api.answers import assert_error, message

pytestmark = pytest.mark.usefixtures("no_file_is_left")
URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ({}, {"file": "invalid"}),
        ({"file": "email\nann@x.com\n"}, {"file": "invalid"}),
        ({"file": ["email\n", "email\n"]}, {"file": "invalid"}),
        ({"csv": ["email\n"]}, {"file": "invalid", "csv": "unknown_field"}),
        ({"file": ["email\n"], "more": ["email\n"]}, {"more": "unknown_field"}),
    ],
    ids=["none", "text", "two", "under another name", "another field with a file"],
)
def test_more_or_less_than_one_file_is_400(
    as_bob: APIClient, csv_file: CsvFile, files: dict[str, str | list[str]], wrong: dict[str, str]
) -> None:
    body = {
        name: value if isinstance(value, str) else [csv_file(content) for content in value]
        for name, value in files.items()
    }
    assert_error(as_bob.post(URL, body, format="multipart"), 400, "invalid", **wrong)


def test_text_with_the_name_of_the_file_is_400(as_bob: APIClient, csv_file: CsvFile) -> None:
    body = {"file": ["email\n", csv_file("email\n")]}
    assert_error(as_bob.post(URL, body, format="multipart"), 400, "invalid", file="invalid")


def test_an_empty_body_is_400(as_bob: APIClient) -> None:
    assert_error(as_bob.generic("POST", URL), 400, "invalid", file="invalid")


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/plain"])
def test_an_unsupported_content_type_is_415(as_bob: APIClient, content_type: str) -> None:
    answer = as_bob.generic("POST", URL, "email\n", content_type)
    assert_error(answer, 415, "unsupported_media_type")
    known = ", ".join(["multipart/form-data", *RAW_TYPES])
    assert message(answer) == (
        f'The Content-Type "{content_type}" is not supported here. Send one of these: {known}.'
    )


def test_a_compressed_form_is_415(as_bob: APIClient, csv_file: CsvFile) -> None:
    form = {"file": csv_file("email\n")}
    answer = as_bob.post(URL, form, format="multipart", HTTP_CONTENT_ENCODING="gzip")
    assert_error(answer, 415, "unsupported_media_type")


def test_multipart_without_a_boundary_is_400(as_bob: APIClient) -> None:
    answer = as_bob.generic("POST", URL, "email\n", "multipart/form-data")
    assert_error(answer, 400, "parse_error")


def test_a_body_of_unknown_length_is_411(as_bob: APIClient) -> None:
    kind = "multipart/form-data; boundary=b"
    chunked: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked"}
    answer = as_bob.generic("POST", URL, "", kind, **chunked)
    assert_error(answer, 411, "length_required")


def test_a_truncated_body_is_400(as_bob: APIClient) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\n'
    stream = io.BytesIO(head + b"ann@x.com\n")
    kind = "multipart/form-data; boundary=b"
    received: dict[str, Any] = {"wsgi.input": stream, "CONTENT_LENGTH": "1000000"}
    answer = as_bob.generic("POST", URL, "", kind, **received)
    assert_error(answer, 400, "invalid", file="invalid")


def test_a_file_of_the_maximum_size_is_accepted(
    as_bob: APIClient, csv_file: CsvFile, settings: Settings
) -> None:
    settings.MAX_UPLOAD_SIZE = 100
    file = csv_file("email\n".ljust(100, "a"))
    assert as_bob.post(URL, {"file": file}, format="multipart").status_code == 202


def test_a_larger_file_is_413_while_it_arrives(
    as_bob: APIClient, csv_file: CsvFile, settings: Settings
) -> None:
    settings.MAX_UPLOAD_SIZE = 100
    file = csv_file("email\n".ljust(101, "a"))
    assert_error(as_bob.post(URL, {"file": file}, format="multipart"), 413, "too_large")


def test_a_much_larger_file_is_413_before_it_is_read(as_bob: APIClient, settings: Settings) -> None:
    settings.MAX_UPLOAD_SIZE = 100
    length = str(100 + 64 * 1024 + 1)
    answer = as_bob.generic("POST", URL, "", "multipart/form-data", CONTENT_LENGTH=length)
    assert_error(answer, 413, "too_large")


def test_a_very_long_option_is_413(as_bob: APIClient, csv_file: CsvFile) -> None:
    body = {"file": csv_file("email\n"), "mode": "m" * 3_000_000}
    assert_error(as_bob.post(URL, body, format="multipart"), 413, "too_large")


def test_a_chunked_body_is_411(as_bob: APIClient) -> None:
    """WSGI cannot read a chunked body, and an error about the file would mislead the client."""
    kind = "multipart/form-data; boundary=b"
    chunked: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    assert_error(as_bob.generic("POST", URL, "", kind, **chunked), 411, "length_required")


def test_an_upload_without_the_last_slash_of_the_url_is_404(
    as_bob: APIClient, csv_file: CsvFile
) -> None:
    """Fails if it is redirected: clients repeat it as a GET, which succeeds without the file."""
    answer = as_bob.post(URL.rstrip("/"), {"file": csv_file("email\n")}, format="multipart")
    assert_error(answer, 404, "not_found")
    assert f"Send the request to {URL}, with the last slash." in message(answer)


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 301), ("OPTIONS", 301)])
def test_other_requests_without_the_last_slash_are_redirected(
    as_bob: APIClient, method: str, status: int
) -> None:
    answer = as_bob.generic(method, URL.rstrip("/"))
    assert (answer.status_code, answer["Location"]) == (status, URL)


def test_an_upload_with_a_query_and_without_the_last_slash_is_404(as_bob: APIClient) -> None:
    assert_error(as_bob.post(f"{URL.rstrip('/')}?mode=upsert"), 404, "not_found")
