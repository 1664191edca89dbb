"""GET users/?q=: the search for a part of a name, an e-mail address or an external id."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc import search
from users_uc.models import User

URL, EXPORT = "/api/v1/users/", "/api/v1/users/export.csv"


@pytest.fixture
def users(bob: User, search_index: None) -> None:
    """Create users beside Bob."""
    User.objects.create_user("anna@example.com", name="Anna María Öberg", external_id="E 17")
    User.objects.create_user("mariana@example.com", name="100% Ltd_", is_active=False)
    User.objects.create_user("li@example.org", name="李明", external_id="x-2024")


def found(client: APIClient, text: str, **params: str) -> list[str]:
    """Return the local parts of the e-mail addresses on the page, in order."""
    answer = client.get(URL, {"q": text, **params})
    assert answer.status_code == 200, answer.json()
    return [user["email"].partition("@")[0] for user in answer.json()["results"]]


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exampl", ["li", "mariana", "anna", "bob"]),
        ("ANN", ["anna"]),
        ("maría", ["anna"]),
        ("MARÍA öb", ["anna"]),
        ("maria", ["mariana"]),
        ("ana@ex", ["mariana"]),
        ("e 17", ["anna"]),
        ("2024", ["li"]),
        ("100%", ["mariana"]),
        ("1_0", []),
        ("td_", ["mariana"]),
        ("李明", ["li"]),
        ("李", []),
        ("nobody", []),
    ],
)
def test_finds_a_part_of_the_texts_of_a_user(
    as_bob: APIClient, text: str, expected: list[str]
) -> None:
    assert found(as_bob, text) == expected


@pytest.mark.usefixtures("users")
def test_is_combined_with_other_filters_and_orders(as_bob: APIClient) -> None:
    assert found(as_bob, "example", is_active="false") == ["mariana"]
    assert found(as_bob, "example", ordering="email") == ["anna", "bob", "li", "mariana"]
    assert found(as_bob, "example", search="m") == ["mariana"]
    assert b"mariana@" in as_bob.get(EXPORT, {"q": "ltd_"}).getvalue()


@pytest.mark.usefixtures("users")
def test_has_pages(as_bob: APIClient) -> None:
    page = as_bob.get(URL, {"q": "example", "page_size": "3"}).json()
    last = as_bob.get(page["next"]).json()
    assert [user["email"] for user in last["results"]] == ["bob@example.com"]
    assert last["next"] is None


@pytest.mark.usefixtures("search_index")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ab", "min_length"),
        (" 17 ", "min_length"),
        ("a" * 255, "max_length"),
        ("abc\0", "null_characters_not_allowed"),
    ],
)
def test_an_invalid_text_is_400(as_bob: APIClient, text: str, code: str) -> None:
    assert_error(as_bob.get(URL, {"q": text}), 400, "invalid", q=code)


def test_is_400_without_the_index(as_bob: APIClient) -> None:
    assert_error(as_bob.get(URL, {"q": "anna"}), 400, "invalid", q="search_not_available")
    assert_error(as_bob.get(EXPORT, {"q": "anna"}), 400, "invalid", q="search_not_available")


@pytest.mark.usefixtures("users")
def test_a_slow_search_is_400(as_bob: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_TIMEOUT", "1ms")
    monkeypatch.setattr(search._SearchText, "template", "pg_sleep(1)::text")
    assert_error(as_bob.get(URL, {"q": "example"}), 400, "search_too_slow")
    assert as_bob.get(URL).status_code == 200


@pytest.mark.usefixtures("users")
def test_the_admin_finds_the_same_users(alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.get("/admin/users_uc/user/", {"q": "maría"}).content.decode()
    assert "anna@example.com" in page
    assert "mariana@example.com" not in page
    page = client.get("/admin/users_uc/user/", {"q": "li"}).content.decode()
    assert "li@example.org" in page
