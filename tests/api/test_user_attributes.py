"""Values of attributes in the documents of users."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api.answers import assert_error, wrong_fields
from tests.conftest import PASSWORD
from users_uc.models import Attribute, User

USERS, ME = "/api/v1/users/", "/api/v1/users/me/"
NEW = {"email": "ann@example.com"}
VALUES = {
    "department": "Sales", "employed_since": "2026-01-31", "floor": -2, "is_remote": False,
    "salary": "1234.5", "title": "Señora",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _attributes(db: None) -> None:
    """Declare an attribute of each type."""
    types = {
        "employed_since": "date", "floor": "integer", "is_remote": "boolean", "salary": "decimal",
        "title": "text",
    }  # fmt: skip
    Attribute.objects.create(name="department", type="choice", choices=["Sales", "Legal"])
    for name, kind in types.items():
        Attribute.objects.create(name=name, type=kind)


@pytest.fixture
def salesman(charlie: User) -> User:
    """Return a user with two values."""
    User.objects.filter(pk=charlie.pk).update(attributes={"department": "Sales", "floor": 2})
    return charlie


def url(user: User) -> str:
    return f"{USERS}{user.pk}/"


def values_of(user: User) -> dict[str, Any]:
    """Return the stored values."""
    return dict(User.objects.get(pk=user.pk).attributes)


def test_staff_create_a_user_with_attributes(as_bob: APIClient) -> None:
    sent = VALUES | {"salary": 1234.50, "title": " Sen\u0303ora "}
    answer = as_bob.post(USERS, NEW | {"attributes": sent})
    assert answer.status_code == 201
    assert answer.json()["attributes"] == VALUES
    user = User.objects.get(email="ann@example.com")
    assert values_of(user) == VALUES
    assert as_bob.get(url(user)).json() == answer.json()
    assert answer.json() in as_bob.get(USERS).json()["results"]


def test_users_see_their_values_and_export_them(as_charlie: APIClient, salesman: User) -> None:
    for path in (ME, url(salesman), f"{ME}export/"):
        assert as_charlie.get(path).json()["attributes"] == {"department": "Sales", "floor": 2}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({}, {"department": "Sales", "floor": 2}),
        ({"floor": 3}, {"department": "Sales", "floor": 3}),
        ({"floor": None}, {"department": "Sales"}),
        ({"department": "", "floor": ""}, {}),
        ({"title": None}, {"department": "Sales", "floor": 2}),
        ({"salary": "1.0"}, {"department": "Sales", "floor": 2, "salary": "1"}),
    ],
)
def test_a_patch_merges(
    as_bob: APIClient, salesman: User, sent: dict[str, Any], stored: dict[str, Any]
) -> None:
    answer = as_bob.patch(url(salesman), {"attributes": sent})
    assert answer.json()["attributes"] == stored
    assert values_of(salesman) == stored


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ({}, {"department": "Sales", "floor": 2}),
        ({"attributes": {}}, {}),
        ({"attributes": {"floor": 3}}, {"floor": 3}),
    ],
)
def test_a_put_replaces(
    as_bob: APIClient, salesman: User, body: dict[str, Any], stored: dict[str, Any]
) -> None:
    answer = as_bob.put(url(salesman), {"email": salesman.email} | body)
    assert answer.json()["attributes"] == stored
    assert values_of(salesman) == stored


def test_an_error_names_attributes_and_choices_to_staff(
    as_bob: APIClient, as_charlie: APIClient, salesman: User
) -> None:
    body = {"attributes": {"unit": 1, "department": "sales"}}
    errors = wrong_fields(as_bob.patch(url(salesman), body))
    assert "floor" in errors["attributes.unit"][0]["message"]
    assert "Send one of these: Sales" in errors["attributes.department"][0]["message"]
    errors = wrong_fields(as_charlie.patch("/api/v1/users/me/", body))
    assert errors["attributes.unit"][0]["message"] == "There is no attribute with this name."
    assert "Sales" not in errors["attributes.department"][0]["message"]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"unit": 1}, {"attributes.unit": "unknown_attribute"}),
        ({"unit": None}, {"attributes.unit": "unknown_attribute"}),
        (
            {"department": "sales", "floor": "2"},
            {"attributes.department": "invalid_choice", "attributes.floor": "invalid_integer"},
        ),
        ({"floor": True}, {"attributes.floor": "invalid_integer"}),
        ({"is_remote": 1}, {"attributes.is_remote": "invalid_boolean"}),
        ({"employed_since": "31.01.2026"}, {"attributes.employed_since": "invalid_date"}),
        ({"salary": "1,5"}, {"attributes.salary": "invalid_decimal"}),
        ({"title": ["a"]}, {"attributes.title": "invalid_text"}),
        ({"title": "a\0"}, {"attributes.title": "control_character"}),
        ({"title": "a" * 1001}, {"attributes.title": "max_length"}),
        ([], {"attributes": "not_a_dict"}),
        ("{}", {"attributes": "not_a_dict"}),
        (None, {"attributes": "null"}),
        ({"u" * 100: 1}, {f"attributes.{'u' * 63}": "unknown_attribute"}),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_an_invalid_value_is_400(
    as_bob: APIClient, salesman: User, method: str, sent: object, errors: dict[str, str]
) -> None:
    path = USERS if method == "post" else url(salesman)
    answer = getattr(as_bob, method)(path, NEW | {"attributes": sent})
    assert_error(answer, 400, "invalid", **errors)
    assert values_of(salesman) == {"department": "Sales", "floor": 2}


def test_the_values_of_a_user_have_at_most_4_kib(as_bob: APIClient, salesman: User) -> None:
    for number in range(4):
        Attribute.objects.create(name=f"note_{number}", type="text")
    notes = {f"note_{number}": "\u00e9" * 505 for number in range(4)}
    answer = as_bob.patch(url(salesman), {"attributes": notes})
    assert_error(answer, 400, "invalid", attributes="too_large")
    notes["note_3"] = "\u00e9" * 400
    assert as_bob.patch(url(salesman), {"attributes": notes}).status_code == 200


def test_a_new_user_needs_the_required_attributes(as_bob: APIClient) -> None:
    Attribute.objects.filter(name__in=["floor", "department"]).update(required=True)
    missing = {"attributes.department": "required", "attributes.floor": "required"}
    assert_error(as_bob.post(USERS, NEW), 400, "invalid", **missing)
    del missing["attributes.floor"]
    answer = as_bob.post(USERS, NEW | {"attributes": {"floor": 1, "department": ""}})
    assert_error(answer, 400, "invalid", **missing)
    answer = as_bob.post(USERS, NEW | {"attributes": {"floor": 1, "department": "Legal"}})
    assert answer.status_code == 201


def test_a_required_value_cannot_be_removed(as_bob: APIClient, salesman: User) -> None:
    Attribute.objects.filter(name__in=["floor", "title"]).update(required=True)
    for method, sent in (("patch", {"floor": None}), ("put", {"department": "Sales"})):
        body = {"email": salesman.email, "attributes": sent}
        answer = getattr(as_bob, method)(url(salesman), body)
        assert_error(answer, 400, "invalid", **{"attributes.floor": "required"})
    answer = as_bob.patch(url(salesman), {"name": "Carl", "attributes": {"department": None}})
    assert answer.json()["attributes"] == {"floor": 2}


def test_users_cannot_change_their_own_values(
    as_charlie: APIClient, salesman: User, as_bob: APIClient
) -> None:
    for client, path in ((as_charlie, ME), (as_charlie, url(salesman)), (as_bob, ME)):
        answer = client.patch(path, {"attributes": {"floor": 3}})
        assert_error(answer, 403, "permission_denied")
    document = as_charlie.get(ME).json()
    assert as_charlie.put(url(salesman), document | {"name": "Carl"}).status_code == 200
    assert values_of(salesman) == {"department": "Sales", "floor": 2}


def test_superusers_change_their_own_values(as_alice: APIClient) -> None:
    answer = as_alice.patch(ME, {"attributes": {"floor": 3}})
    assert answer.json()["attributes"] == {"floor": 3}


def test_a_value_of_a_deleted_attribute_can_be_sent_back(as_bob: APIClient, salesman: User) -> None:
    Attribute.objects.filter(name="floor").delete()
    document = as_bob.get(url(salesman)).json()
    assert as_bob.put(url(salesman), document).status_code == 200
    answer = as_bob.patch(url(salesman), {"attributes": {"floor": 3}})
    assert_error(answer, 400, "invalid", **{"attributes.floor": "unknown_attribute"})
    answer = as_bob.patch(url(salesman), {"attributes": {"floor": None}})
    assert answer.json()["attributes"] == {"department": "Sales"}


def test_a_registration_has_no_attributes(anonymous: APIClient) -> None:
    Attribute.objects.update(required=True)
    body: dict[str, Any] = {"email": "ann@example.com", "password": PASSWORD}
    answer = anonymous.post("/api/v1/register/", body | {"attributes": {"floor": 1}})
    assert_error(answer, 400, "invalid", attributes="unknown_field")
    assert anonymous.post("/api/v1/register/", body).status_code == 201
    assert values_of(User.objects.get(email="ann@example.com")) == {}


@pytest.mark.parametrize(
    ("change", "reads"),
    [({"name": "Carl"}, 0), ({"attributes": {"floor": 2}}, 1), ({"attributes": {"floor": 3}}, 2)],
)
def test_a_change_reads_the_declarations_only_if_needed(
    as_bob: APIClient, salesman: User, change: dict[str, Any], reads: int
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert as_bob.patch(url(salesman), change).status_code == 200
    declarations = [query for query in queries if "users_uc_attribute" in query["sql"]]
    assert len(declarations) == reads
