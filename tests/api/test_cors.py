"""Which other sites' pages may call the API."""

import pytest
from django.http import HttpResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from users_uc.models import User

ALLOWED, OTHER = "https://app.example.com", "https://elsewhere.example"
ME = "/api/users/me/"


@pytest.fixture
def _allowed(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ALLOWED]


def cors(answer: HttpResponse) -> dict[str, str]:
    """What a browser is told about it."""
    prefix = "access-control-"
    return {n.lower(): v for n, v in answer.headers.items() if n.lower().startswith(prefix)}


def preflight(url: str, origin: str) -> HttpResponse:
    """What a browser asks before it sends a token."""
    return APIClient().options(
        url, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="PATCH",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization,content-type",
    )  # fmt: skip


@pytest.mark.parametrize("origin", [ALLOWED, "null", "http://localhost"])
def test_unless_it_is_set_nobody_may(as_charlie: APIClient, origin: str) -> None:
    assert not cors(preflight(ME, origin))
    assert not cors(as_charlie.get(ME, HTTP_ORIGIN=origin))


@pytest.mark.usefixtures("_allowed")
def test_an_allowed_origin_may_with_a_token(as_charlie: APIClient, charlie: User) -> None:
    answer = preflight(ME, ALLOWED)
    assert answer.status_code == 200
    told = cors(answer)
    assert told["access-control-allow-origin"] == ALLOWED
    assert "PATCH" in told["access-control-allow-methods"].split(", ")
    headers = told["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(headers)
    answer = as_charlie.get(ME, HTTP_ORIGIN=ALLOWED)
    assert answer.json()["email"] == charlie.email
    assert cors(answer)["access-control-allow-origin"] == ALLOWED
    assert "X-Trace-Id" in cors(answer)["access-control-expose-headers"]
    assert "origin" in answer["Vary"]


@pytest.mark.usefixtures("_allowed")
def test_its_page_can_read_an_error(db: None, anonymous: APIClient) -> None:
    answer = anonymous.get(ME, HTTP_ORIGIN=ALLOWED)
    assert (answer.status_code, cors(answer)["access-control-allow-origin"]) == (401, ALLOWED)


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize(
    "origin",
    [OTHER, "null", f"{ALLOWED}.evil.example", f"{ALLOWED}:8443", "http://app.example.com",
     "https://xapp.example.com", "https://[", ""],
)  # fmt: skip
def test_no_other_origin_may(as_charlie: APIClient, origin: str) -> None:
    for answer in (preflight(ME, origin), as_charlie.get(ME, HTTP_ORIGIN=origin)):
        assert "access-control-allow-origin" not in cors(answer)


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize("url", [ME, "/api/auth/login/", "/api/contacts/upload-csv/"])
def test_no_cookie_is_asked_for(db: None, url: str) -> None:
    assert "access-control-allow-credentials" not in cors(preflight(url, ALLOWED))


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize("url", ["/admin/", "/admin/login/", "/healthz/ready", "/metrics"])
def test_nothing_but_the_api_may_be_called(db: None, url: str) -> None:
    assert not cors(preflight(url, ALLOWED))
    assert not cors(APIClient().get(url, HTTP_ORIGIN=ALLOWED))
