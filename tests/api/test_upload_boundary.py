"""POST contacts/upload-csv/: boundaries. What else is in a Content-Type: tests/unit, tests/e2e."""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message

UPLOAD = "/api/contacts/upload-csv/"
FORM = "multipart/form-data; boundary="


def form(boundary: str) -> Any:
    """With one file."""
    head = 'Content-Disposition: form-data; name="file"; filename="é.csv"'
    return f"--{boundary}\r\n{head}\r\n\r\nemail\na@x.com\r\n--{boundary}--\r\n".encode()


def send(client: APIClient, boundary: str, content_type: str) -> HttpResponse:
    """The answer to it."""
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
def test_a_boundary_may_be_odd(as_bob: APIClient, boundary: str, parameter: str) -> None:
    assert send(as_bob, boundary, FORM + parameter).status_code == 202


@pytest.mark.parametrize(
    "parameter", ["", '""', "b" * 202, '"b "', "\xe9", "b\x01", "\x7f", '"\t"']
)
def test_a_boundary_that_cannot_be_is_400(as_bob: APIClient, parameter: str) -> None:
    answer = send(as_bob, "b", FORM + parameter)
    assert_error(answer, 400, "parse_error")
    assert "with its boundary in Content-Type" in message(answer)


@pytest.mark.parametrize("parameter", ["c", "b; boundary=c", '"b', "b%00", "B", "b,c", "b b"])
def test_another_boundary_than_in_the_body_is_400(as_bob: APIClient, parameter: str) -> None:
    assert_error(send(as_bob, "b", FORM + parameter), 400, "invalid", file="invalid")
