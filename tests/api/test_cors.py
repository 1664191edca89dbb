"""CORS: the origins whose pages may call the API."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from users_uc.models import User

ALLOWED, OTHER = "https://app.example.com", "https://elsewhere.example"
ME = "/api/v1/users/me/"


@pytest.fixture
def _one_allowed_origin(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ALLOWED]


def cors(answer: HttpResponse) -> dict[str, str]:
    """Return the CORS headers of an answer by lower-case name."""
    prefix = "access-control-"
    return {n.lower(): v for n, v in answer.headers.items() if n.lower().startswith(prefix)}


def preflight(url: str, origin: str) -> HttpResponse:
    """Send the preflight request of a browser for a PATCH with a token."""
    return APIClient().options(
        url, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="PATCH",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization,content-type",
    )  # fmt: skip


@pytest.mark.parametrize("origin", [ALLOWED, "null", "http://localhost"])
def test_no_origin_is_allowed_by_default(as_charlie: APIClient, origin: str) -> None:
    assert not cors(preflight(ME, origin))
    assert not cors(as_charlie.get(ME, HTTP_ORIGIN=origin))


@pytest.mark.usefixtures("_one_allowed_origin")
def test_an_allowed_origin_may_send_a_token(as_charlie: APIClient, charlie: User) -> None:
    answer = preflight(ME, ALLOWED)
    assert answer.status_code == 200
    headers = cors(answer)
    assert headers["access-control-allow-origin"] == ALLOWED
    assert "PATCH" in headers["access-control-allow-methods"].split(", ")
    allowed = headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    answer = as_charlie.get(ME, HTTP_ORIGIN=ALLOWED)
    assert answer.json()["email"] == charlie.email
    assert cors(answer)["access-control-allow-origin"] == ALLOWED
    assert "X-Trace-Id" in cors(answer)["access-control-expose-headers"]
    assert "origin" in answer["Vary"]


@pytest.mark.usefixtures("_one_allowed_origin")
def test_an_allowed_origin_may_send_and_read_the_headers_of_the_schema(
    schema: dict[str, Any],
) -> None:
    """Fails if the API has a header that no page of a browser can use."""
    headers = cors(preflight(ME, ALLOWED))["access-control-allow-headers"].split(", ")
    assert {"content-disposition", "content-encoding"} <= set(headers)  # of an uploaded file
    operations = [each for path in schema["paths"].values() for each in path.values()]
    parameters = [each for operation in operations for each in operation.get("parameters", ())]
    sent = {each["name"].lower() for each in parameters if each["in"] == "header"}
    assert {"if-match", "if-none-match", "idempotency-key"} <= sent <= set(headers)
    answers = [answer for each in operations for answer in each["responses"].values()]
    read = {name for answer in answers for name in answer.get("headers", ())}
    assert read - {"WWW-Authenticate"} <= set(settings.CORS_EXPOSE_HEADERS)


@pytest.mark.usefixtures("_one_allowed_origin")
def test_an_allowed_origin_can_read_an_error(db: None, anonymous: APIClient) -> None:
    answer = anonymous.get(ME, HTTP_ORIGIN=ALLOWED)
    assert (answer.status_code, cors(answer)["access-control-allow-origin"]) == (401, ALLOWED)


@pytest.mark.usefixtures("_one_allowed_origin")
@pytest.mark.parametrize(
    "origin",
    [OTHER, "null", f"{ALLOWED}.evil.example", f"{ALLOWED}:8443", "http://app.example.com",
     "https://xapp.example.com", "https://[", ""],
)  # fmt: skip
def test_other_origins_are_not_allowed(as_charlie: APIClient, origin: str) -> None:
    for answer in (preflight(ME, origin), as_charlie.get(ME, HTTP_ORIGIN=origin)):
        assert "access-control-allow-origin" not in cors(answer)


@pytest.mark.usefixtures("_one_allowed_origin")
@pytest.mark.parametrize("url", [ME, "/api/v1/auth/login/", "/api/v1/imports/"])
def test_credentials_are_not_allowed(db: None, url: str) -> None:
    assert "access-control-allow-credentials" not in cors(preflight(url, ALLOWED))


@pytest.mark.usefixtures("_one_allowed_origin")
@pytest.mark.parametrize("url", ["/admin/", "/admin/login/", "/healthz/ready", "/metrics"])
def test_only_the_api_has_cors_headers(db: None, url: str) -> None:
    assert not cors(preflight(url, ALLOWED))
    assert not cors(APIClient().get(url, HTTP_ORIGIN=ALLOWED))
