"""GET and PATCH users/me/."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import User

URL = "/api/v1/users/me/"


@pytest.mark.parametrize("email", ["bob@example.com", "nobody@example.com"])
def test_a_refused_change_does_not_reveal_whether_an_email_is_taken(
    as_charlie: APIClient, bob: User, email: str
) -> None:
    assert_error(as_charlie.patch(URL, {"email": email}), 403, "permission_denied")


def test_returns_the_current_user(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": bob.pk,
        "email": "bob@example.com",
        "external_id": None,
        "name": "Bob",
        "phone": "",
        "attributes": {},
        "is_active": True,
        "must_change_password": False,
        "is_staff": True,
        "is_superuser": False,
        "can_import": True,
        "email_verified": False,
        "date_joined": bob.date_joined.isoformat().replace("+00:00", "Z"),
        "import_id": None,
        "import_line": None,
        "last_import_id": None,
    }


def test_costs_one_query(
    as_charlie: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):  # the user of the token
        as_charlie.get(URL)


def test_users_can_change_their_name_and_phone(as_charlie: APIClient, charlie: User) -> None:
    answer = as_charlie.patch(URL, {"name": " Carl ", "phone": "912"})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["phone"]) == ("Carl", "912")
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Carl", "912")


def test_a_name_is_stored_in_normal_form_c(as_charlie: APIClient) -> None:
    """Fails if the same name is another one in an import."""
    answer = as_charlie.patch(URL, {"name": "Jose\u0301" + "e\u0301" * 146})
    assert answer.json()["name"] == "José" + "é" * 146
    assert_error(as_charlie.patch(URL, {"name": "\u0958" * 100}), 400, "invalid", name="max_length")


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
def test_users_cannot_change_their_other_fields(
    request: pytest.FixtureRequest, client: str, change: dict[str, object]
) -> None:
    before = request.getfixturevalue(client).get(URL).json()
    answer = request.getfixturevalue(client).patch(URL, change | {"name": "Other"})
    assert_error(answer, 403, "permission_denied")
    assert request.getfixturevalue(client).get(URL).json() == before


def test_the_error_names_the_fields_that_may_not_be_set(as_charlie: APIClient) -> None:
    answer = as_charlie.patch(URL, {"is_staff": True, "can_import": True})
    assert answer.json()["error"]["message"] == (
        "You may not set these fields: can_import, is_staff. Leave them out."
    )


def test_unchanged_fields_may_be_sent_back(as_charlie: APIClient) -> None:
    document = as_charlie.get(URL).json()
    answer = as_charlie.patch(URL, document | {"name": "Carl"})
    assert answer.status_code == 200
    assert answer.json() == document | {"name": "Carl"}


def test_a_superuser_can_grant_themselves_can_import(as_alice: APIClient) -> None:
    answer = as_alice.patch(URL, {"can_import": True})
    assert answer.status_code == 200
    assert answer.json()["can_import"] is True


@pytest.mark.parametrize("method", ["put", "post"])
def test_other_methods_are_405(as_charlie: APIClient, method: str) -> None:
    answer = getattr(as_charlie, method)(URL, {})
    assert_error(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, PATCH, DELETE, HEAD, OPTIONS"
