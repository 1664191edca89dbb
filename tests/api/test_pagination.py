"""Cursor pagination, which all lists have, tested with GET users/."""

from base64 import b64encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import User

URL = "/api/v1/users/"


@pytest.fixture
def as_bob_of_251(as_bob: APIClient) -> APIClient:
    """Return Bob's client, and create 250 more users."""
    User.objects.bulk_create(User(email=f"user{n:03}@example.com") for n in range(250))
    return as_bob


def follow(client: APIClient, link: str, **params: str | int) -> list[list[int]]:
    """Return the ids of each page, following `link` to the last page."""
    pages, url = [], URL
    while url:
        document = client.get(url, params).json()
        pages.append([user["id"] for user in document["results"]])
        url, params = document[link], {}
    return pages


@pytest.mark.parametrize("ordering", ["-id", "id", "email", "-email"])
def test_next_leads_to_every_user_once(as_bob_of_251: APIClient, ordering: str) -> None:
    pages = follow(as_bob_of_251, "next", ordering=ordering, page_size=100)
    assert [len(page) for page in pages] == [100, 100, 51]
    in_order = User.objects.order_by(ordering).values_list("id", flat=True)
    assert [user_id for page in pages for user_id in page] == list(in_order)


def test_previous_leads_back(as_bob_of_251: APIClient) -> None:
    first = as_bob_of_251.get(URL).json()
    second = as_bob_of_251.get(first["next"]).json()
    assert first["previous"] is None
    assert as_bob_of_251.get(second["previous"]).json()["results"] == first["results"]


def test_created_and_deleted_users_do_not_shift_the_pages(as_bob_of_251: APIClient) -> None:
    first = as_bob_of_251.get(URL).json()
    User.objects.filter(id=first["results"][0]["id"]).delete()
    User.objects.create_user("late@example.com")
    second = as_bob_of_251.get(first["next"]).json()
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
    as_bob_of_251: APIClient, page_size: str | None, length: int
) -> None:
    params = {} if page_size is None else {"page_size": page_size}
    assert len(as_bob_of_251.get(URL, params).json()["results"]) == length


@pytest.mark.parametrize("page_size", ["9" * 5000, "0", "-1", "ten"])
def test_an_invalid_page_size_is_400(as_bob_of_251: APIClient, page_size: str) -> None:
    answer = as_bob_of_251.get(URL, {"page_size": page_size})
    assert_error(answer, 400, "invalid", page_size="invalid")


@pytest.mark.parametrize(
    ("position", "ordering"),
    [
        (b"p=abc", "-id"),
        (b"p=a%00b", "email"),
        (b"o=-1&p=1", "id"),
        (b"o=ten&p=1", "id"),
        (b"\xff", "id"),
        (b"foo", "-id"),
        (b"x=1", "-id"),
        (b"p=7&x=1", "-id"),
        (b"p=", "email"),
        (b"o=0", "-id"),
        (b"\0\0\0", "-id"),
    ],
)
def test_a_forged_cursor_is_404(as_bob: APIClient, position: bytes, ordering: str) -> None:
    cursor = b64encode(position).decode()
    answer = as_bob.get(URL, {"cursor": cursor, "ordering": ordering})
    assert_error(answer, 404, "not_found")


@pytest.mark.parametrize("damage", ["{}!", "!{}", "{}=", "{} "])
def test_a_damaged_cursor_is_404(as_bob: APIClient, damage: str) -> None:
    cursor = b64encode(b"p=123456").decode()
    assert as_bob.get(URL, {"cursor": cursor}).status_code == 200
    answer = as_bob.get(URL, {"cursor": damage.format(cursor)})
    assert_error(answer, 404, "not_found")


@pytest.mark.parametrize(("ordering", "length"), [("-id", 1), ("id", 0)])
def test_a_cursor_beyond_all_ids_has_all_users_or_none_after_it(
    as_bob: APIClient, ordering: str, length: int
) -> None:
    cursor = b64encode(b"p=99999999999999999999").decode()
    answer = as_bob.get(URL, {"cursor": cursor, "ordering": ordering})
    assert len(answer.json()["results"]) == length


@pytest.mark.parametrize("position", [b"p=nonsense", b"p=2026-02-30"])
def test_a_forged_date_is_404(as_bob: APIClient, position: bytes) -> None:
    cursor = b64encode(position).decode()
    assert_error(as_bob.get("/api/v1/imports/", {"cursor": cursor}), 404, "not_found")


def test_a_list_counts_its_results_if_asked(as_bob: APIClient, bob: User, charlie: User) -> None:
    assert "count" not in as_bob.get("/api/v1/users/").json()
    page = as_bob.get("/api/v1/users/?count=exact&page_size=1").json()
    assert (page["count"], len(page["results"])) == (2, 1)
    assert as_bob.get("/api/v1/users/?count=exact&search=char").json()["count"] == 1
    assert as_bob.get("/api/v1/users/?count=exact&search=nobody").json()["count"] == 0


def test_an_estimate_is_near(as_bob: APIClient) -> None:
    User.objects.bulk_create(User(email=f"u{number}@x.com") for number in range(2000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE users_uc_user")
    page = as_bob.get("/api/v1/users/?count=estimate&page_size=1").json()
    assert 1500 <= page["count"] <= 2500
    assert as_bob.get("/api/v1/users/?count=estimate&email=u7@x.com").json()["count"] <= 2


def test_another_way_to_count_is_400(as_bob: APIClient) -> None:
    assert_error(as_bob.get("/api/v1/users/?count=yes"), 400, "invalid", count="invalid")


@pytest.mark.parametrize("way", ["estimate", "exact"])
def test_a_count_costs_one_query(as_bob: APIClient, way: str) -> None:
    counts = []
    for query in ("", f"?count={way}"):
        with CaptureQueriesContext(connection) as queries:
            as_bob.get(f"/api/v1/users/{query}")
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1
