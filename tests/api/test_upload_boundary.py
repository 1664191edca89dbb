"""POST contacts/upload-csv/: the boundary. tests/unit and tests/e2e test other parameters."""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message

UPLOAD = "/api/contacts/upload-csv/"
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
