"""GET /.well-known/jwks.json."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.token_keys import new_pair

URL = "/.well-known/jwks.json"
PAIRS = [new_pair("EdDSA"), new_pair("ES256")]
PUBLIC = {"kty", "crv", "x", "y", "kid", "alg", "use"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Settings) -> None:
    """Publish two keys."""
    settings.JWT_PUBLIC_KEYS = [pair.public for pair in PAIRS]


def test_the_set_has_every_public_key(keys: None, anonymous: APIClient) -> None:
    answer = anonymous.get(URL)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    published = answer.json()["keys"]
    assert [key["kid"] for key in published] == [pair.public.kid for pair in PAIRS]
    assert [key["alg"] for key in published] == ["EdDSA", "ES256"]
    assert all(key.keys() <= PUBLIC for key in published)


def test_the_set_of_a_secret_key_is_empty(anonymous: APIClient) -> None:
    """The tests run with HS256."""
    assert anonymous.get(URL).json() == {"keys": []}


def test_a_key_that_is_given_twice_is_published_once(
    settings: Settings, anonymous: APIClient
) -> None:
    settings.JWT_PUBLIC_KEYS = [PAIRS[0].public, PAIRS[0].public]
    assert len(anonymous.get(URL).json()["keys"]) == 1


def test_caches_may_store_the_set(keys: None, anonymous: APIClient, settings: Settings) -> None:
    answer = anonymous.get(URL)
    assert answer["Cache-Control"] == "public, max-age=300"
    again = anonymous.get(URL, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == answer["Cache-Control"]
    settings.JWT_PUBLIC_KEYS = [PAIRS[1].public]
    assert anonymous.get(URL, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200


def test_credentials_are_ignored(keys: None, anonymous: APIClient) -> None:
    answer = anonymous.get(URL, HTTP_AUTHORIZATION="Bearer nonsense")
    assert answer.status_code == 200
    assert "Cookie" not in answer["Vary"]


@pytest.mark.parametrize("accept", ["application/jwk-set+json", "text/html", "nonsense"])
def test_any_media_type_may_be_asked_for(keys: None, anonymous: APIClient, accept: str) -> None:
    answer = anonymous.get(URL, HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert len(answer.json()["keys"]) == 2


def test_head_has_the_headers_of_get(keys: None, anonymous: APIClient) -> None:
    answer, head = anonymous.get(URL), anonymous.head(URL)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Cache-Control", "ETag", "Content-Type"):
        assert head[name] == answer[name]


def test_other_methods_are_405(keys: None, anonymous: APIClient) -> None:
    answer = anonymous.post(URL)
    assert_error(answer, 405, "method_not_allowed")
    assert not {"ETag", "Cache-Control"} & set(answer.headers)


def test_a_precondition_that_fails_is_not_stored(keys: None, anonymous: APIClient) -> None:
    answer = anonymous.get(URL, HTTP_IF_MATCH='"another"')
    assert answer.status_code == 412
    assert not {"ETag", "Cache-Control"} & set(answer.headers)
