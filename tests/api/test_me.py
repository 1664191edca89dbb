"""GET, PATCH users/me/."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import User

URL = "/api/users/me/"


@pytest.mark.parametrize("email", ["bob@example.com", "nobody@example.com"])
def test_who_may_not_change_the_address_does_not_learn_whether_it_is_taken(
    as_charlie: APIClient, bob: User, email: str
) -> None:
    assert_error(as_charlie.patch(URL, {"email": email}), 403, "permission_denied")


def test_is_oneself(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": bob.pk,
        "email": "bob@example.com",
        "name": "Bob",
        "phone": "",
        "is_active": True,
        "is_staff": True,
        "is_superuser": False,
        "can_import": True,
        "email_verified": False,
        "date_joined": bob.date_joined.isoformat().replace("+00:00", "Z"),
        "import_id": None,
    }


def test_costs_one_query(
    as_charlie: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):  # the token's user, who is the answer
        as_charlie.get(URL)


def test_own_name_and_phone_can_be_changed(as_charlie: APIClient, charlie: User) -> None:
    answer = as_charlie.patch(URL, {"name": " Carl ", "phone": "912"})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["phone"]) == ("Carl", "912")
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Carl", "912")


@pytest.mark.parametrize("client", ["as_charlie", "as_bob"])
@pytest.mark.parametrize(
    "change",
    [
        {"email": "other@example.com"},
        {"password": "another good password"},
        {"is_active": False},
        {"is_superuser": True},
    ],
    ids=str,
)
def test_nothing_else_of_oneself_can_be_changed(
    request: pytest.FixtureRequest, client: str, change: dict[str, object]
) -> None:
    before = request.getfixturevalue(client).get(URL).json()
    answer = request.getfixturevalue(client).patch(URL, change | {"name": "Other"})
    assert_error(answer, 403, "permission_denied")
    assert request.getfixturevalue(client).get(URL).json() == before


def test_what_one_may_not_set_is_named(as_charlie: APIClient) -> None:
    answer = as_charlie.patch(URL, {"is_staff": True, "can_import": True})
    assert answer.json()["error"]["message"] == (
        "You may not set these fields: can_import, is_staff. Leave them out."
    )


def test_sending_back_what_was_read_is_no_change(as_charlie: APIClient) -> None:
    document = as_charlie.get(URL).json()
    answer = as_charlie.patch(URL, document | {"name": "Carl"})
    assert answer.status_code == 200
    assert answer.json() == document | {"name": "Carl"}


def test_a_superuser_can_set_even_that(as_alice: APIClient) -> None:
    answer = as_alice.patch(URL, {"can_import": True})
    assert answer.status_code == 200
    assert answer.json()["can_import"] is True


@pytest.mark.parametrize("method", ["put", "post"])
def test_other_methods_are_405(as_charlie: APIClient, method: str) -> None:
    answer = getattr(as_charlie, method)(URL, {})
    assert_error(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, PATCH, DELETE, HEAD, OPTIONS"
