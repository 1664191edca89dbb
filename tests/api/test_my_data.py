"""DELETE users/me/ and GET users/me/export/: erasing and exporting an account."""

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from tests.imports import imported
from tests.mails import Mailbox
from users_uc.models import RefreshFamily, User
from users_uc.tasks import send_mails
from users_uc.tokens.families import issue_pair

ME, EXPORT, MY_PASSWORD = (
    "/api/v1/users/me/",
    "/api/v1/users/me/export/",
    "/api/v1/users/me/password/",
)
EXPORTED = {
    "id", "email", "verified_email", "name", "phone", "is_active", "is_staff", "is_superuser",
    "groups", "permissions", "date_joined", "last_login", "import_id", "logins", "mails",
    "deactivated_by_user", "must_change_password", "external_id", "import_line",
    "last_import_id", "attributes", "api_keys",
}  # fmt: skip
HIDDEN = {"password", "token_version"}


def test_an_account_is_erased_with_its_logins(as_charlie: APIClient, charlie: User) -> None:
    other_login = issue_pair(charlie)["refresh"]
    assert as_charlie.delete(ME, {"current_password": PASSWORD}).status_code == 204
    assert not User.objects.exists()
    assert not RefreshFamily.objects.exists()
    assert_error(as_charlie.get(ME), 401, "token_not_valid")
    renewed = APIClient().post("/api/v1/auth/refresh/", {"refresh": other_login})
    assert_error(renewed, 401, "token_not_valid")


def test_imported_users_outlive_the_account_of_the_importer(as_bob: APIClient, bob: User) -> None:
    job = imported("email\nann@example.com\n", owner=bob)
    assert as_bob.delete(ME, {"current_password": PASSWORD}).status_code == 204
    job.refresh_from_db()
    assert job.owner is None
    assert User.objects.get().email == "ann@example.com"


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"current_password": "not it"}, "wrong_password")],
)
def test_nothing_is_erased_without_the_password(
    as_charlie: APIClient, body: dict[str, str], code: str
) -> None:
    assert_error(as_charlie.delete(ME, body), 400, "invalid", current_password=code)
    assert User.objects.count() == 1


def test_password_guesses_with_a_token_are_limited(as_charlie: APIClient) -> None:
    """DELETE users/me/ and users/me/password/ share a limit. GET is not counted."""
    guesses = [as_charlie.delete(ME, {}).status_code for _ in range(16)]
    guesses += [as_charlie.post(MY_PASSWORD, {}).status_code for _ in range(47)]
    assert 429 in guesses
    assert as_charlie.get(ME).status_code == 200


def test_the_export_has_every_field_of_a_user_except_secrets(as_charlie: APIClient) -> None:
    document = as_charlie.get(EXPORT).json()
    assert document.keys() == EXPORTED
    fields = {field.name for field in User._meta.get_fields() if field.concrete}
    fields = fields - {"user_permissions"} | {"permissions"}
    assert fields == (EXPORTED - {"logins", "mails", "api_keys"}) | HIDDEN


def test_the_export_has_only_the_data_of_the_user(
    as_bob: APIClient, bob: User, charlie: User
) -> None:
    issue_pair(charlie)
    bob.user_permissions.add(Permission.objects.get(codename="view_user"))
    document = as_bob.get(EXPORT).json()
    assert (document["email"], document["groups"]) == (bob.email, ["Importers"])
    assert document["permissions"] == ["users_uc.view_user"]
    assert [login.keys() for login in document["logins"]] == [{"rotated_at", "expires_at"}]


@pytest.mark.parametrize("new_password", [None, "another horse battery"])
def test_the_export_does_not_reveal_whether_an_email_is_taken(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User, bob: User, new_password: str | None
) -> None:
    """A password change, which cancels waiting mails, does not reveal it either."""
    for email in (bob.email, "nobody@example.com"):
        body = {"current_password": PASSWORD, "new_email": email}
        assert as_charlie.post("/api/v1/users/set_email/", body).status_code == 204
        send_mails()
    if new_password:
        charlie.change_password(new_password)
        as_charlie = client_of(charlie)
    taken, free = as_charlie.get(EXPORT).json()["mails"]
    assert taken | {"created_at": ""} == free | {"created_at": ""}
