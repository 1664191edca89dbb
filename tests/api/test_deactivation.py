"""POST users/me/deactivate/, and the tokens of deactivated users."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc.models import RefreshFamily, User
from users_uc.tokens.families import issue_pair

URL, ME, LOGIN = "/api/v1/users/me/deactivate/", "/api/v1/users/me/", "/api/v1/auth/login/"


def test_a_deactivated_user_is_locked_out_until_a_superuser_reactivates_them(
    as_charlie: APIClient, as_alice: APIClient, charlie: User
) -> None:
    refresh = issue_pair(charlie)["refresh"]
    assert as_charlie.post(URL, {"current_password": PASSWORD}).status_code == 204
    assert_error(as_charlie.get(ME), 401, "token_not_valid")
    credentials = {"email": charlie.email, "password": PASSWORD}
    assert APIClient().post(LOGIN, credentials).status_code == 401
    as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"is_active": True})
    assert_error(as_charlie.get(ME), 401, "token_not_valid")
    renewed = APIClient().post("/api/v1/auth/refresh/", {"refresh": refresh})
    assert_error(renewed, 401, "token_not_valid")
    assert APIClient().post(LOGIN, credentials).status_code == 200


@pytest.mark.parametrize("method", ["patch", "save"])
def test_reactivation_does_not_restore_revoked_tokens(
    as_alice: APIClient, alice: User, charlie: User, method: str
) -> None:
    client = client_of(charlie)
    if method == "patch":
        as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"is_active": False})
    else:
        charlie.is_active = False
        charlie.save()
    assert not RefreshFamily.objects.filter(user=charlie).exists()
    User.objects.filter(pk=charlie.pk).update(is_active=True)
    assert_error(client.get(ME), 401, "token_not_valid")


def reactivated_by_admin(alice: User, user: User) -> int:
    admin = Client()
    admin.force_login(alice)
    form = {"email": user.email, "name": "", "phone": "", "is_active": "on"}
    return admin.post(f"/admin/users_uc/user/{user.pk}/change/", form).status_code


def test_staff_cannot_undo_an_own_deactivation(as_bob: APIClient, charlie: User) -> None:
    charlie.deactivate()
    url = f"/api/v1/users/{charlie.pk}/"
    assert_error(as_bob.patch(url, {"is_active": True}), 403, "permission_denied")
    assert as_bob.patch(url, {"is_active": False, "name": "Carl"}).status_code == 200
    charlie.refresh_from_db()
    assert (charlie.name, charlie.is_active, charlie.deactivated_by_user) == ("Carl", False, True)


@pytest.mark.parametrize("place", ["api", "admin"])
def test_after_a_reactivation_staff_can_deactivate_and_activate(
    as_alice: APIClient, as_bob: APIClient, alice: User, charlie: User, place: str
) -> None:
    charlie.deactivate()
    url = f"/api/v1/users/{charlie.pk}/"
    if place == "api":
        assert as_alice.patch(url, {"is_active": True}).status_code == 200
    else:
        assert reactivated_by_admin(alice, charlie) == 302
    charlie.refresh_from_db()
    assert (charlie.is_active, charlie.deactivated_by_user) == (True, False)
    for is_active in (False, True):
        assert as_bob.patch(url, {"is_active": is_active}).json()["is_active"] is is_active


def test_the_current_password_is_required(as_charlie: APIClient, charlie: User) -> None:
    answer = as_charlie.post(URL, {"current_password": "not it"})
    assert_error(answer, 400, "invalid", current_password="wrong_password")
    charlie.refresh_from_db()
    assert charlie.is_active
