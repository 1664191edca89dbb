"""The security headers of every answer."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.conftest import PASSWORD
from users_uc.models import User
from users_uc.tokens.families import issue_pair

STRICT = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "img-src": {"'self'", "data:"},
}


def policy_at(url: str) -> dict[str, set[str]]:
    """Return the sources of the Content-Security-Policy by directive."""
    answer = APIClient().get(url)
    directives = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize(
    "url", ["/api/", "/api/v1/users/me/", "/api/nowhere/", "/admin/login/", "/api/schema/"]
)
def test_pages_load_only_from_their_own_origin(db: None, url: str) -> None:
    assert policy_at(url) == STRICT


def test_the_docs_page_may_have_inline_styles_but_no_inline_scripts(db: None) -> None:
    assert policy_at("/api/docs/") == STRICT | {"style-src": {"'self'", "'unsafe-inline'"}}


def request(url: str, **extra: Any) -> HttpResponse:
    """Send a GET, or a POST of 3 MB to the login; an exception becomes a 500."""
    client = APIClient(raise_request_exception=False)
    if url == "/api/v1/auth/login/":
        return client.generic("POST", url, " " * 3_000_000, "application/json", **extra)
    answer = client.get(url, **extra)
    answer.close()  # a static file is a stream
    return answer


ANSWERS = [
    ("/api/", 200),
    ("/api/docs/", 200),
    ("/api/schema/", 200),
    ("/admin/login/", 200),
    ("/static/admin/css/base.css", 200),
    ("/static/nothing.css", 404),
    ("/api/v1/users/me/", 401),
    ("/api/nowhere/", 404),
    ("/api/v1/users/me", 301),
    ("/admin/", 302),
    ("/api/v1/auth/login/", 413),
]


def assert_safe(answer: HttpResponse) -> None:
    """Assert that no other site can read, frame or embed it and that no software is named."""
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"].split(", ")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not {"Server", "X-Powered-By"} & answer.headers.keys()


@pytest.mark.parametrize(("url", "status"), ANSWERS)
def test_every_answer_has_the_security_headers(db: None, url: str, status: int) -> None:
    answer = request(url, HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status_code == status
    assert_safe(answer)


@pytest.mark.urls("tests.api.failing_urls")
@pytest.mark.parametrize(("url", "status"), [("/plain/bug", 500), ("/api/bug", 500),
                                             ("/plain/suspicious", 400), ("/plain/denied", 403),
                                             ("/api/database", 503)])  # fmt: skip
def test_errors_have_the_security_headers(db: None, url: str, status: int) -> None:
    answer = request(url)
    assert answer.status_code == status
    assert_safe(answer)


def test_a_wrong_host_or_scheme_gets_the_security_headers(db: None, settings: Settings) -> None:
    answer = request("/api/", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    assert_safe(answer)
    settings.SECURE_SSL_REDIRECT = True
    answer = request("/api/")
    assert answer["Location"] == "https://testserver/api/"
    assert_safe(answer)


LOGIN = {"email": "charlie@example.com", "password": PASSWORD}


def test_tokens_and_personal_data_are_not_cached(charlie: User, as_alice: APIClient) -> None:
    answers = [
        as_alice.post("/api/v1/auth/login/", LOGIN),
        as_alice.post("/api/v1/auth/refresh/", {"refresh": issue_pair(charlie)["refresh"]}),
        as_alice.post("/api/v1/register/", LOGIN | {"email": "new@example.com"}),
        *map(as_alice.get, ["/api/v1/users/me/", "/api/v1/users/", f"/api/v1/users/{charlie.pk}/",
                            "/api/v1/users/me/export/", "/api/v1/users/export.csv",
                            "/api/v1/imports/"]),
        as_alice.patch("/api/v1/users/me/", {"name": "Alix"}),
        as_alice.post("/api/v1/auth/login/", LOGIN | {"password": "wrong"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 201] + [200] * 7 + [401]
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_pages_of_the_admin_are_not_cached(alice: User, client: Client) -> None:
    client.force_login(alice)
    for page in ("/admin/login/", "/admin/", "/admin/users_uc/user/"):
        assert "no-store" in client.get(page)["Cache-Control"]
