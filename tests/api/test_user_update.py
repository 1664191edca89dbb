"""PUT and PATCH users/{id}/."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import client_of
from users_uc.models import User


def url(user: User) -> str:
    """Return the URL of the user."""
    return f"/api/v1/users/{user.pk}/"


MANAGED = {
    "email": "carl@example.com",
    "external_id": "E-17",
    "name": "Carl",
    "phone": "912",
    "is_active": False,
}


def test_staff_can_change_the_managed_fields(as_bob: APIClient, charlie: User) -> None:
    before = as_bob.get(url(charlie)).json()
    answer = as_bob.put(url(charlie), MANAGED)
    assert answer.status_code == 200
    assert answer.json() == before | MANAGED
    assert as_bob.get(url(charlie)).json() == answer.json()


def test_a_document_can_be_read_edited_and_sent_back(as_charlie: APIClient, charlie: User) -> None:
    document = as_charlie.get(url(charlie)).json()
    answer = as_charlie.put(url(charlie), document | {"phone": "912"})
    assert answer.status_code == 200
    assert answer.json() == document | {"phone": "912"}


@pytest.mark.parametrize(
    ("sent", "stored"), [("  E 17\u00a0", "E 17"), ("e\u0301", "\u00e9"), ("", None), (None, None)]
)
def test_an_external_id_is_tidied_and_can_be_removed(
    as_bob: APIClient, charlie: User, sent: str | None, stored: str | None
) -> None:
    User.objects.filter(pk=charlie.pk).update(external_id="before")
    answer = as_bob.patch(url(charlie), {"external_id": sent})
    assert answer.json()["external_id"] == stored
    charlie.refresh_from_db()
    assert charlie.external_id == stored


def test_an_external_id_belongs_to_one_user(as_bob: APIClient, charlie: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(external_id="17")
    answer = as_bob.patch(url(charlie), {"external_id": "17"})
    assert_error(answer, 400, "invalid", external_id="unique")
    assert as_bob.patch(url(charlie), {"external_id": ""}).status_code == 200


def test_users_cannot_change_their_own_external_id(as_charlie: APIClient, charlie: User) -> None:
    answer = as_charlie.patch(url(charlie), {"external_id": "17"})
    assert_error(answer, 403, "permission_denied")


def test_put_requires_the_email_and_patch_requires_nothing(
    as_bob: APIClient, charlie: User
) -> None:
    assert_error(as_bob.put(url(charlie), {"name": "C"}), 400, "invalid", email="required")
    assert as_bob.patch(url(charlie), {}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"is_staff": True},
        {"is_superuser": True},
        {"can_import": True},
        {"password": "another good password"},
    ],
    ids=str,
)
def test_staff_cannot_grant_rights_or_set_passwords(
    as_bob: APIClient, charlie: User, change: dict[str, object]
) -> None:
    before = as_bob.get(url(charlie)).json()
    assert_error(as_bob.patch(url(charlie), MANAGED | change), 403, "permission_denied")
    assert as_bob.get(url(charlie)).json() == before


@pytest.mark.parametrize("field", ["email", "external_id", "name", "phone", "is_active"])
def test_staff_cannot_change_other_staff(as_bob: APIClient, alice: User, field: str) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=False, is_staff=True)
    answer = as_bob.patch(url(alice), {field: MANAGED[field]})
    assert_error(answer, 403, "permission_denied")


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "can_import"])
@pytest.mark.parametrize("granted", [True, False])
def test_a_superuser_grants_and_revokes_rights(
    as_alice: APIClient, bob: User, charlie: User, right: str, *, granted: bool
) -> None:
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    user = charlie if granted else bob
    assert as_alice.get(url(user)).json()[right] is not granted
    assert as_alice.patch(url(user), {right: granted}).json()[right] is granted
    assert as_alice.get(url(user)).json()[right] is granted


def test_a_superuser_sets_a_password_and_revokes_older_tokens(
    as_alice: APIClient, anonymous: APIClient, charlie: User
) -> None:
    older = client_of(charlie)
    assert as_alice.patch(url(charlie), {"password": "a new good password"}).status_code == 200
    assert_error(older.get("/api/v1/users/me/"), 401, "token_not_valid")
    login = {"email": charlie.email, "password": "a new good password"}
    assert anonymous.post("/api/v1/auth/login/", login).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "bob@EXAMPLE.com", "unique"),
        ("email", "carl", "invalid"),
        ("name", "n" * 151, "max_length"),
        ("is_active", "maybe", "invalid"),
        ("password", "charlie@example", "password_too_similar"),
    ],
)
def test_an_invalid_field_is_400(
    as_alice: APIClient, bob: User, charlie: User, field: str, value: str, code: str
) -> None:
    answer = as_alice.patch(url(charlie), {field: value})
    assert_error(answer, 400, "invalid", **{field: code})


def test_ones_own_email_in_another_spelling_is_no_change(
    as_charlie: APIClient, charlie: User
) -> None:
    answer = as_charlie.patch(url(charlie), {"email": "CHARLIE@example.com"})
    assert answer.status_code == 200
    assert answer.json()["email"] == "charlie@example.com"


def test_staff_cannot_take_over_an_importer_by_changing_the_email(
    charlie: User, bob: User, as_alice: APIClient
) -> None:
    """The link of a password reset would be sent to the new e-mail address."""
    staff = User.objects.create_user("staff@example.com", is_staff=True)
    charlie.set_can_import(allowed=True)
    url, body = f"/api/v1/users/{charlie.pk}/", {"email": "staff2@example.com"}
    assert_error(client_of(staff).patch(url, body), 403, "permission_denied")
    assert client_of(staff).patch(url, {"name": "Charlie C."}).status_code == 200
    assert client_of(bob).patch(url, body).status_code == 200
    assert as_alice.patch(url, {"email": "charlie@example.com"}).status_code == 200
