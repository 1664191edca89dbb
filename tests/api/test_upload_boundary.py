"""POST imports/: the boundary. tests/unit and tests/e2e test other parameters."""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error, message

UPLOAD = "/api/v1/imports/"
FORM = "multipart/form-data; boundary="


def form(boundary: str) -> Any:
    """Return a form with one file."""
    head = 'Content-Disposition: form-data; name="file"; filename="é.csv"'
    return f"--{boundary}\r\n{head}\r\n\r\nemail\na@x.com\r\n--{boundary}--\r\n".encode()


def send(client: APIClient, boundary: str, content_type: str) -> HttpResponse:
    """Upload the form and return the answer."""
    return client.generic("POST", UPLOAD, form(boundary), content_type)


@pytest.mark.parametrize(
    ("boundary", "parameter"),
    [
        ("b" * 200, "b" * 200),
        ("'()+_,-./:=? b", '"\'()+_,-./:=? b"'),
        ("b", "b; x=y"),
        ("b", '"b"'),
        ("-", "-"),
    ],
)
def test_an_unusual_boundary_is_accepted(as_bob: APIClient, boundary: str, parameter: str) -> None:
    assert send(as_bob, boundary, FORM + parameter).status_code == 202


@pytest.mark.parametrize(
    "parameter", ["", '""', "b" * 202, '"b "', "\xe9", "b\x01", "\x7f", '"\t"']
)
def test_an_invalid_boundary_is_400(as_bob: APIClient, parameter: str) -> None:
    answer = send(as_bob, "b", FORM + parameter)
    assert_error(answer, 400, "parse_error")
    assert "with its boundary in Content-Type" in message(answer)


@pytest.mark.parametrize("parameter", ["c", "b; boundary=c", '"b', "b%00", "B", "b,c", "b b"])
def test_a_boundary_that_is_not_in_the_body_is_400(as_bob: APIClient, parameter: str) -> None:
    assert_error(send(as_bob, "b", FORM + parameter), 400, "invalid", file="invalid")


@pytest.mark.parametrize(
    "line",
    [
        "b@x.com,--b",
        "b@x.com,--b--",
        "--b",
        "--b--",
        "--b,--b--",
        "--bb",
        "b@x.com,--b\r",
        "\r--b\r",
    ],
)
@pytest.mark.parametrize("repeats", [1, 200_000])
def test_the_boundary_inside_a_line_does_not_end_the_file(
    as_bob: APIClient, line: str, repeats: int
) -> None:
    """Fails if a file is stored without its end, which nothing else would show."""
    content = f"email,name\n{line * repeats}\na@x.com,Ann\n".encode()
    body = form("b").replace(b"email\na@x.com", content)
    assert as_bob.generic("POST", UPLOAD, body, FORM + "b").status_code == 202
    assert ImportJob.objects.get().file_size == len(content)


def test_a_boundary_that_is_a_line_of_the_file_ends_it(as_bob: APIClient) -> None:
    """RFC 2046 forbids such a boundary. The lines behind it are a part without a name."""
    body = form("b").replace(b"a@x.com", b"a@x.com\r\n--b\r\nb@x.com")
    assert as_bob.generic("POST", UPLOAD, body, FORM + "b").status_code == 202
    assert ImportJob.objects.get().file_size == len(b"email\na@x.com")
