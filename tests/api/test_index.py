"""GET /api/."""

from rest_framework.test import APIClient

from core import __version__
from tests.api.answers import assert_error


def test_has_links_for_anonymous_requests(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/")
    assert answer.status_code == 200
    assert answer.json() == {
        "version": __version__,
        "register": "http://testserver/api/v1/register/",
        "login": "http://testserver/api/v1/auth/login/",
        "me": "http://testserver/api/v1/users/me/",
        "users": "http://testserver/api/v1/users/",
        "keys": "http://testserver/api/v1/keys/",
        "webhooks": "http://testserver/api/v1/webhooks/",
        "upload": "http://testserver/api/v1/imports/",
        "imports": "http://testserver/api/v1/imports/",
        "schema": "http://testserver/api/schema/",
        "docs": "http://testserver/api/docs/",
    }


def test_every_link_works(as_alice: APIClient) -> None:
    links = as_alice.get("/api/").json()
    del links["version"]
    statuses = {name: as_alice.get(link).status_code for name, link in links.items()}
    assert {name for name, status in statuses.items() if status == 405} == {"register", "login"}
    assert set(statuses.values()) == {200, 405}


def test_an_invalid_token_is_ignored(anonymous: APIClient) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert anonymous.get("/api/").status_code == 200


def test_post_is_405(anonymous: APIClient) -> None:
    assert_error(anonymous.post("/api/"), 405, "method_not_allowed")


def test_head_is_answered(anonymous: APIClient) -> None:
    answer = anonymous.head("/api/")
    assert (answer.status_code, answer.content) == (200, b"")
