"""Cursor pages, which all lists have: here those of GET users/."""

from base64 import b64encode

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import User

URL = "/api/users/"


@pytest.fixture
def as_bob_of_many(as_bob: APIClient) -> APIClient:
    """Bob's client, and 250 users beside him."""
    User.objects.bulk_create(User(email=f"user{n:03}@example.com") for n in range(250))
    return as_bob


def follow(client: APIClient, link: str, **params: str | int) -> list[list[int]]:
    """The ids of each page from the first to the last."""
    pages, url = [], URL
    while url:
        document = client.get(url, params).json()
        pages.append([user["id"] for user in document["results"]])
        url, params = document[link], {}
    return pages


@pytest.mark.parametrize("ordering", ["-id", "id", "email", "-email"])
def test_next_leads_to_every_user_once(as_bob_of_many: APIClient, ordering: str) -> None:
    pages = follow(as_bob_of_many, "next", ordering=ordering, page_size=100)
    assert [len(page) for page in pages] == [100, 100, 51]
    in_order = User.objects.order_by(ordering).values_list("id", flat=True)
    assert [user_id for page in pages for user_id in page] == list(in_order)


def test_previous_leads_back(as_bob_of_many: APIClient) -> None:
    first = as_bob_of_many.get(URL).json()
    second = as_bob_of_many.get(first["next"]).json()
    assert first["previous"] is None
    assert as_bob_of_many.get(second["previous"]).json()["results"] == first["results"]


def test_who_comes_or_goes_in_between_moves_nobody(as_bob_of_many: APIClient) -> None:
    first = as_bob_of_many.get(URL).json()
    User.objects.filter(id=first["results"][0]["id"]).delete()
    User.objects.create_user("late@example.com")
    second = as_bob_of_many.get(first["next"]).json()
    assert second["results"][0]["id"] == first["results"][-1]["id"] - 1


@pytest.mark.parametrize(
    ("page_size", "length"),
    [
        (None, 20),
        ("1", 1),
        ("200", 200),
        ("201", 200),
        ("1000000000", 200),
    ],
)
def test_a_page_has_at_most_200(
    as_bob_of_many: APIClient, page_size: str | None, length: int
) -> None:
    params = {} if page_size is None else {"page_size": page_size}
    assert len(as_bob_of_many.get(URL, params).json()["results"]) == length


@pytest.mark.parametrize("page_size", ["9" * 5000, "0", "-1", "ten", ""])
def test_what_is_no_number_is_400(as_bob_of_many: APIClient, page_size: str) -> None:
    answer = as_bob_of_many.get(URL, {"page_size": page_size})
    assert_error(answer, 400, "invalid", page_size="invalid")


@pytest.mark.parametrize(
    ("position", "ordering"),
    [
        (b"p=abc", "-id"),
        (b"p=a%00b", "email"),
        (b"o=-1&p=1", "id"),
        (b"o=ten&p=1", "id"),
        (b"\xff", "id"),
    ],
)
def test_a_made_up_cursor_is_404(as_bob: APIClient, position: bytes, ordering: str) -> None:
    cursor = b64encode(position).decode()
    answer = as_bob.get(URL, {"cursor": cursor, "ordering": ordering})
    assert_error(answer, 404, "not_found")


@pytest.mark.parametrize(("ordering", "found"), [("-id", 1), ("id", 0)])
def test_a_cursor_beyond_all_ids_has_all_or_nothing_after_it(
    as_bob: APIClient, ordering: str, found: int
) -> None:
    cursor = b64encode(b"p=99999999999999999999").decode()
    answer = as_bob.get(URL, {"cursor": cursor, "ordering": ordering})
    assert len(answer.json()["results"]) == found


@pytest.mark.parametrize("position", [b"p=nonsense", b"p=2026-02-30"])
def test_a_made_up_date_is_404(as_bob: APIClient, position: bytes) -> None:
    cursor = b64encode(position).decode()
    assert_error(as_bob.get("/api/contacts/imports/", {"cursor": cursor}), 404, "not_found")
