"""GET users/?q=: how PostgreSQL reads a page. Each way returns the same pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc import pagination
from users_uc.models import User
from users_uc.pagination import _COMMON, _FREQUENT, _MOST
from users_uc.search import estimate

URL = "/api/v1/users/"
IN_ORDER, FROM_INDEX = "Index Scan Backward using users_uc_user_pkey", "Bitmap Heap Scan"


@pytest.fixture
def users(bob: User, search_index: None) -> list[User]:
    """Create 40 users. The first ten have the text `far`, and every third has `some`."""
    names = [f"{'far' * (number < 10)} {'some' * (number % 3 == 0)}" for number in range(40)]
    return User.objects.bulk_create(
        User(email=f"{number * 7 % 40:02}@example.com", name=name)
        for number, name in enumerate(names)
    )


@pytest.fixture
def expect(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the planner's estimate, and how many users are the nearest."""

    def set_(estimated: int, nearest: int) -> None:
        monkeypatch.setattr(pagination, "estimate", lambda text: (estimate(text), estimated)[1])
        monkeypatch.setattr(pagination, "_NEAREST", nearest)

    return set_


@contextmanager
def explained() -> Iterator[list[str]]:
    """Yield the plans of the pages that the body reads."""
    plans: list[str] = []

    def explain(execute: Any, query: Any, params: Any, *args: Any) -> Any:
        if " LIKE " in str(query) and " LIMIT " in str(query):
            with connection.connection.cursor() as cursor:
                lines = cursor.execute(f"EXPLAIN {query}", params).fetchall()
                plans.append("\n".join(str(line) for (line, *_) in map(tuple, lines)))
        return execute(query, params, *args)

    with connection.execute_wrapper(explain):
        yield plans


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(
    ("text", "estimated", "plans", "queries"),
    [
        # the caller; two for the transaction; the time limit; the estimate; the plan; the page
        ("example", _FREQUENT - 1, [FROM_INDEX], 7),
        # the last of the nearest users
        ("example", _FREQUENT, [FROM_INDEX], 8),
        ("example", _COMMON, [IN_ORDER], 8),
        # another plan and page
        ("far", _FREQUENT, [FROM_INDEX, FROM_INDEX], 10),
        ("far", _COMMON, [IN_ORDER, FROM_INDEX], 10),
    ],
)
def test_a_frequent_text_is_first_looked_for_among_the_nearest_users(
    as_bob: APIClient,
    expect: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
    text: str,
    estimated: int,
    plans: list[str],
    queries: int,
) -> None:
    expect(estimated, nearest=6)
    with django_assert_num_queries(queries), explained() as found:
        assert as_bob.get(URL, {"q": text, "page_size": "3"}).status_code == 200
    assert all(plan in lines for plan, lines in zip(plans, found, strict=True))


@pytest.mark.usefixtures("users")
def test_the_planner_reads_the_text_of_most_users(
    as_bob: APIClient, expect: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expect(_MOST, nearest=6)
    with django_assert_num_queries(6):  # no plan is set
        assert as_bob.get(URL, {"q": "example"}).status_code == 200


def walk(client: APIClient, link: str, answer: Any) -> Iterator[list[str]]:
    """Return the e-mail addresses of the pages that follow the answer."""
    while url := answer.json()[link]:
        answer = client.get(url)
        yield [user["email"] for user in answer.json()["results"]]


@pytest.mark.parametrize("ordering", ["-id", "id", "email", "-email"])
@pytest.mark.parametrize("estimated", [_FREQUENT, _COMMON])
@pytest.mark.parametrize("nearest", [1, 11])
def test_each_plan_returns_the_same_pages(
    as_bob: APIClient, users: list[User], expect: Any, ordering: str, estimated: int, nearest: int
) -> None:
    expect(estimated, nearest=nearest)
    for text in ("far", "some"):
        matching = User.objects.order_by(ordering).filter(name__contains=text)
        emails = list(matching.values_list("email", flat=True))
        pages = [emails[start : start + 4] for start in range(0, len(emails), 4)]
        first = as_bob.get(URL, {"q": text, "ordering": ordering, "page_size": "4"})
        assert [user["email"] for user in first.json()["results"]] == pages[0]
        assert list(walk(as_bob, "next", first)) == pages[1:]
        last: Any = first
        while url := last.json()["next"]:
            last = as_bob.get(url)
        assert list(walk(as_bob, "previous", last)) == pages[-2::-1]


@pytest.mark.usefixtures("users")
def test_an_invalid_cursor_is_404(as_bob: APIClient, expect: Any) -> None:
    expect(_FREQUENT, nearest=1)
    answer = as_bob.get(URL, {"q": "example", "cursor": "cD1hYmM="})  # p=abc
    assert_error(answer, 404, "not_found")
