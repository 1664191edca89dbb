"""POST users/."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from users_uc.models import User

URL = "/api/v1/users/"
DAN = {"email": "dan@example.com", "name": "Dan", "phone": "912"}
LOGIN = {"email": "dan@example.com", "password": PASSWORD}


def test_staff_creates_an_ordinary_user(as_bob: APIClient) -> None:
    answer = as_bob.post(URL, DAN)
    assert answer.status_code == 201
    assert answer.json() == as_bob.get(f"{URL}{answer.json()['id']}/").json()
    rights = ("is_active", "is_staff", "is_superuser", "can_import")
    assert [answer.json()[right] for right in rights] == [True, False, False, False]
    assert "password" not in answer.json()


def test_a_user_with_a_password_can_log_in(as_bob: APIClient, anonymous: APIClient) -> None:
    as_bob.post(URL, DAN | {"password": PASSWORD})
    assert anonymous.post("/api/v1/auth/login/", LOGIN).status_code == 200


def test_a_user_without_a_password_cannot_log_in(as_bob: APIClient, anonymous: APIClient) -> None:
    as_bob.post(URL, DAN)
    assert not User.objects.get(email=DAN["email"]).has_usable_password()
    assert_error(anonymous.post("/api/v1/auth/login/", LOGIN), 401, "authentication_failed")


def test_the_location_of_the_user_is_in_the_answer(as_bob: APIClient) -> None:
    answer = as_bob.post(URL, DAN)
    assert as_bob.get(answer["Location"]).json() == answer.json()


@pytest.mark.parametrize(
    ("kind", "body"),
    [("users", DAN), ("attributes", {"name": "floor", "type": "text"}),
     ("keys", {"name": "Job", "scopes": ["users:read"], "expires_at": None})],
)  # fmt: skip
def test_the_location_of_an_alias_is_the_stable_address(
    as_alice: APIClient, kind: str, body: dict[str, Any]
) -> None:
    answer = as_alice.post(f"/api/{kind}/", body)
    name = answer.json()["name" if kind == "attributes" else "id"]
    assert answer["Location"] == f"http://testserver/api/v1/{kind}/{name}/"


def test_an_inactive_user_can_be_created(as_bob: APIClient, anonymous: APIClient) -> None:
    answer = as_bob.post(URL, DAN | {"password": PASSWORD, "is_active": False})
    assert answer.json()["is_active"] is False
    assert_error(anonymous.post("/api/v1/auth/login/", LOGIN), 401, "authentication_failed")


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "can_import"])
def test_staff_cannot_grant_rights(as_bob: APIClient, right: str) -> None:
    assert_error(as_bob.post(URL, DAN | {right: True}), 403, "permission_denied")
    assert not User.objects.filter(email=DAN["email"]).exists()
    assert as_bob.post(URL, DAN | {right: False}).status_code == 201


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "can_import"])
def test_a_superuser_grants_rights(as_alice: APIClient, right: str) -> None:
    answer = as_alice.post(URL, DAN | {right: True})
    assert answer.status_code == 201
    assert as_alice.get(f"{URL}{answer.json()['id']}/").json()[right] is True
    can_import = User.objects.get(email=DAN["email"]).has_perm("tasks.add_importjob")
    assert can_import is (right != "is_staff")


def test_read_only_fields_cannot_be_set(as_alice: APIClient) -> None:
    read_only = {"id": -99, "date_joined": "2001-01-01T00:00:00Z", "import_id": "0" * 32}
    answer = as_alice.post(URL, DAN | read_only)
    assert_error(answer, 400, "invalid", **dict.fromkeys(read_only, "read_only_field"))
    assert not User.objects.filter(email=DAN["email"]).exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "BOB@example.com", "unique"),
        ("email", "\u017fam@example.com", "invalid"),
        ("name", "n" * 151, "max_length"),
        ("phone", "\x07", "control_character"),
        ("password", "dan@example", "password_too_similar"),
        ("password", "Ab3$", "password_too_short"),
        ("password", None, "null"),
        ("is_active", None, "null"),
        ("is_staff", "maybe", "invalid"),
        ("is_staff", "false", "invalid"),
        ("can_import", 0, "invalid"),
        ("name", 5, "invalid"),
        ("phone", 912345678, "invalid"),
        ("external_id", "e" * 256, "max_length"),
        ("external_id", "\x07", "control_character"),
        ("external_id", 17, "invalid"),
        ("password", 5_000_000_000_000, "invalid"),
    ],
)
def test_an_invalid_field_is_400(as_bob: APIClient, field: str, value: object, code: str) -> None:
    assert_error(as_bob.post(URL, DAN | {field: value}), 400, "invalid", **{field: code})


def test_an_email_is_required(as_bob: APIClient) -> None:
    assert_error(as_bob.post(URL, {"name": "Dan"}), 400, "invalid", email="required")
