"""GET users/: the filter by values of attributes."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error, wrong_fields
from users_uc.filters import filter_users
from users_uc.models import Attribute, User
from users_uc.visibility import visible_users

URL = "/api/v1/users/"
USERS = {
    "ann": {"department": "Sales", "floor": 2, "is_remote": True},
    "bea": {"department": "Sales", "floor": 12, "salary": "1234.5", "since": "2026-01-31"},
    "cal": {"department": "Área técnica", "is_remote": False, "title": "Sales"},
    "dan": {},
}


@pytest.fixture(autouse=True)
def _users(bob: User) -> None:
    """Create users with attributes beside Bob."""
    Attribute.objects.create(name="department", type="choice", choices=["Sales", "Área técnica"])
    types = ("floor", "integer"), ("is_remote", "boolean"), ("salary", "decimal"), ("since", "date")
    for name, kind in (*types, ("title", "text")):
        Attribute.objects.create(name=name, type=kind)
    for name, values in USERS.items():
        User.objects.create_user(f"{name}@example.com", attributes=values)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"department": "Sales"}, "bea ann"),
        ({"department": "área técnica"}, "cal"),
        ({"department": "Sales", "floor": "2"}, "ann"),
        ({"department": "Sales", "title": "Sales"}, ""),
        ({"floor": "3"}, ""),
        ({"salary": "1234.50"}, "bea"),
        ({"since": "2026-01-31"}, "bea"),
        ({"is_remote": "true"}, "ann"),
        ({"is_remote": "0"}, "cal"),
        ({"title": "sales"}, ""),
    ],
    ids=str,
)
def test_finds_the_users_with_all_values(
    as_bob: APIClient, params: dict[str, str], expected: str
) -> None:
    answer = as_bob.get(URL, {f"attributes.{name}": value for name, value in params.items()})
    assert answer.status_code == 200, answer.json()
    emails = [user["email"].partition("@")[0] for user in answer.json()["results"]]
    assert emails == expected.split()


def test_pages_and_other_filters_apply(as_bob: APIClient) -> None:
    params = {"attributes.department": "Sales", "page_size": "1", "ordering": "email"}
    first = as_bob.get(URL, params).json()
    second = as_bob.get(first["next"]).json()
    emails = [page["results"][0]["email"] for page in (first, second)]
    assert emails == ["ann@example.com", "bea@example.com"]
    assert second["next"] is None
    assert as_bob.get(URL, params | {"search": "b"}).json()["results"] == second["results"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"attributes.unit": "x"}, "unknown_attribute"),
        ({"attributes.department": ""}, "blank"),
        ({"attributes.department": "\u2003"}, "blank"),
        ({"attributes.": "x"}, "unknown_attribute"),
        ({"attributes.department": "Legal"}, "invalid_choice"),
        ({"attributes.floor": "two"}, "invalid_integer"),
        ({"attributes.is_remote": "maybe"}, "invalid_boolean"),
        ({"attributes.since": "01/02/2026"}, "ambiguous"),
        ({"attributes.title": "a\0"}, "control_character"),
    ],
    ids=str,
)
def test_an_invalid_parameter_is_400(as_bob: APIClient, params: dict[str, str], code: str) -> None:
    assert_error(as_bob.get(URL, params), 400, "invalid", **dict.fromkeys(params, code))


def test_an_error_names_the_attributes_and_choices(as_bob: APIClient) -> None:
    errors = wrong_fields(as_bob.get(URL, {"attributes.unit": "x", "attributes.department": "x"}))
    assert "Send one of these: department, " in errors["attributes.unit"][0]["message"]
    assert "Send one of these: Sales, " in errors["attributes.department"][0]["message"]


def test_costs_one_query_for_the_declarations(
    as_bob: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # the token's user; the declarations; the page
        as_bob.get(URL, {"attributes.department": "Sales", "attributes.floor": "2"})


def test_an_index_finds_a_value(bob: User) -> None:
    users = filter_users(visible_users(bob), {"attributes.department": "Sales"}).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    assert "Bitmap Index Scan on user_attributes_gin" in users.explain()
