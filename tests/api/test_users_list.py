"""GET users/: fields, filters and order."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import User

URL = "/api/v1/users/"
IMPORT, OTHER_IMPORT, NO_IMPORT = (uuid.UUID(int=number) for number in (1, 2, 3))


def emails(client: APIClient, **params: str) -> list[str]:
    """Return the local parts of the e-mail addresses on the page, in order."""
    answer = client.get(URL, params)
    assert answer.status_code == 200, answer.json()
    return [user["email"].partition("@")[0] for user in answer.json()["results"]]


@pytest.fixture
def three_users(bob: User) -> None:
    """Create three users beside Bob."""
    User.objects.create_user("anna@example.com", import_id=IMPORT, external_id="E 17")
    User.objects.create_user("ann_a@example.com", is_active=False)
    User.objects.create_user("zoe@example.com", import_id=OTHER_IMPORT)


def test_each_user_is_the_document_of_the_detail(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [as_bob.get(f"{URL}{bob.pk}/").json()],
    }


@pytest.mark.parametrize("users", [1, 50])
def test_costs_two_queries_for_any_number_of_users(
    as_bob: APIClient, users: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.bulk_create(User(email=f"u{n}@example.com") for n in range(users))
    with django_assert_num_queries(2):  # the token's user; the page
        as_bob.get(URL)


@pytest.mark.usefixtures("three_users")
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["zoe", "ann_a", "anna", "bob"]),
        ({"ordering": "id"}, ["bob", "anna", "ann_a", "zoe"]),
        ({"ordering": "-id"}, ["zoe", "ann_a", "anna", "bob"]),
        ({"ordering": "email"}, ["ann_a", "anna", "bob", "zoe"]),
        ({"ordering": "-email"}, ["zoe", "bob", "anna", "ann_a"]),
        ({"search": "ann"}, ["ann_a", "anna"]),
        ({"search": "ANN"}, ["ann_a", "anna"]),
        ({"search": "ann", "ordering": "-email"}, ["anna", "ann_a"]),
        ({"search": "ann_"}, ["ann_a"]),
        ({"search": "%"}, []),
        ({"search": "nna"}, []),
        ({"search": "anna@example.com"}, ["anna"]),
        ({"is_active": "false"}, ["ann_a"]),
        ({"is_active": "1"}, ["zoe", "anna", "bob"]),
        ({"import": str(IMPORT)}, ["anna"]),
        ({"import": str(NO_IMPORT)}, []),
        ({"search": "ann", "is_active": "true"}, ["anna"]),
        ({"external_id": "E 17"}, ["anna"]),
        ({"external_id": "e 17"}, []),
    ],
    ids=str,
)
def test_is_filtered_and_ordered(
    as_bob: APIClient, params: dict[str, str], expected: list[str]
) -> None:
    assert emails(as_bob, **params) == expected


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"search": "a" * 255}, "max_length"),
        ({"search": "a\0"}, "null_characters_not_allowed"),
        ({"external_id": "a" * 256}, "max_length"),
        ({"is_active": "maybe"}, "invalid"),
        ({"import": "1"}, "invalid"),
        ({"ordering": "name"}, "invalid_choice"),
        ({"ordering": "-password"}, "invalid_choice"),
    ],
    ids=str,
)
def test_an_invalid_parameter_is_400(as_bob: APIClient, params: dict[str, str], code: str) -> None:
    assert_error(as_bob.get(URL, params), 400, "invalid", **dict.fromkeys(params, code))
