"""Uploads through the nginx of the installation."""

import os
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from local.stack import Stack
from tests.compose.raw import ask
from tests.e2e.applications import answering
from tests.faults.load.proxy import proxied
from tests.stacks import ADMIN, PASSWORD

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif("NGINX_PROGRAM" not in os.environ, reason="needs nginx"),
]


@pytest.mark.parametrize("length", [0, 5_000_000])
def test_an_upload_to_the_url_without_its_slash_is_a_404(url: str, length: int) -> None:
    header = f"Content-Length: {length}"
    answer = ask(url, "/api/v1/imports", header, method="POST")
    assert answer.startswith("HTTP/1.1 404 ")
    assert '"not_found"' in answer


def test_a_preflight_request_for_an_upload_reaches_the_application(url: str) -> None:
    """A preflight request has no token. Only the application adds this header."""
    answer = ask(url, "/api/v1/imports/", "Origin: https://x.com", method="OPTIONS")
    assert "\r\nPermissions-Policy: " in answer
    assert "\r\nPermissions-Policy: " not in ask(url, "/api/v1/imports/", method="POST")


PART_URL = "/console/uploads/00000000-0000-0000-0000-000000000000/data/"
PART = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def browser(url: str, stack: Stack) -> Iterator[httpx.Client]:
    """Return the browser of the administrator, who has logged in to the console."""
    with httpx.Client(base_url=f"{url}/console", trust_env=False, timeout=30) as client:
        client.get("/login/")
        token = client.cookies["csrftoken"]
        form = {"email": ADMIN, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert client.post("/login/", data=form).status_code == 302
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        yield client


def test_a_part_of_an_upload_reaches_the_application(browser: httpx.Client) -> None:
    part = 8 * 1024 * 1024
    size = {"Tus-Resumable": "1.0.0", "Upload-Length": str(3 * part)}
    location = browser.post("/uploads/", headers=size).headers["Location"]
    location = location.removeprefix("/console")
    first = browser.patch(location, content=b"x" * part, headers=PART | {"Upload-Offset": "0"})
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(part))
    rest = PART | {"Upload-Offset": str(part)}
    assert browser.patch(location, content=b"x" * (part + 1), headers=rest).status_code == 413
    assert browser.head(location, headers=PART).headers["Upload-Offset"] == str(part)
    assert browser.delete(location, headers=PART).status_code == 204


@pytest.mark.parametrize(
    ("checked", "expected", "code"),
    [
        (HTTPStatus.NOT_FOUND, 404, "not_found"),
        (HTTPStatus.INTERNAL_SERVER_ERROR, 503, "unavailable"),
    ],
)
def test_a_part_is_refused_as_its_check_is(
    tmp_path: Path, checked: HTTPStatus, expected: int, code: str
) -> None:
    """The check is a 404 without the console."""
    with (
        answering({"/console/": checked}) as application,
        proxied(application, tmp_path) as url,
    ):
        answer = ask(url, PART_URL, "Content-Length: 8000000", method="PATCH")
    assert answer.startswith(f"HTTP/1.1 {expected} ")
    assert f'"{code}"' in answer


def test_a_part_without_a_session_is_refused_before_its_body(url: str) -> None:
    answer = ask(url, PART_URL, "Content-Length: 8000000", method="PATCH")
    assert answer.startswith("HTTP/1.1 401 ")
    assert '"not_authenticated"' in answer
    assert "\r\nWWW-Authenticate: Session\r\n" in answer
