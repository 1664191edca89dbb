"""Changes that need a recent login or the caller's password, in the API and in the admin."""

import time
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message
from tests.api.tokens import changed, claims_of
from tests.conftest import PASSWORD, client_of
from users_uc.models import User
from users_uc.tokens.families import issue_pair

ME, USERS = "/api/v1/users/me/", "/api/v1/users/"
NEW_PASSWORD = "another good password"
LIMIT = 5 * 60
WRONG = {"current_password": "not the password"}
CHANGES: list[dict[str, Any]] = [
    {"password": NEW_PASSWORD},
    {"email": "new@example.com"},
    {"is_staff": True},
    {"is_superuser": True},
    {"can_import": True},
]


def logged_in(user: User, *, seconds_ago: int | None) -> APIClient:
    """Return a client whose login is as old, or whose token does not say when it was."""
    then = None if seconds_ago is None else int(time.time()) - seconds_ago
    token = changed(issue_pair(user)["access"], auth_time=then)
    return APIClient(headers={"Authorization": f"Bearer {token}"})


def state(user: User) -> tuple[object, ...]:
    user.refresh_from_db()
    rights = (user.is_staff, user.is_superuser, user.groups.count())
    return (user.email, user.password, *rights)


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("seconds_ago", [LIMIT + 1, None])
def test_an_old_login_without_the_password_changes_nothing(
    alice: User, charlie: User, change: dict[str, Any], seconds_ago: int | None
) -> None:
    client, before = logged_in(alice, seconds_ago=seconds_ago), state(charlie)
    url = f"{USERS}{charlie.pk}/"
    answer = client.patch(url, change)
    assert_error(answer, 403, "recent_login_required")
    assert "older than 5 minutes" in message(answer)
    assert_error(
        client.patch(url, change | WRONG), 400, "invalid", current_password="wrong_password"
    )
    assert state(charlie) == before


@pytest.mark.parametrize("url", [ME, f"{USERS}{{}}/"])
@pytest.mark.parametrize("change", CHANGES[:2], ids=str)
def test_a_stolen_token_of_a_superuser_does_not_take_over_the_account(
    alice: User, url: str, change: dict[str, str]
) -> None:
    before = state(alice)
    answer = logged_in(alice, seconds_ago=LIMIT + 1).patch(url.format(alice.pk), change)
    assert_error(answer, 403, "recent_login_required")
    assert state(alice) == before


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize(
    ("seconds_ago", "proof"), [(LIMIT - 30, {}), (LIMIT + 1, {"current_password": PASSWORD})]
)
def test_a_recent_login_or_the_password_is_enough(
    alice: User, charlie: User, change: dict[str, Any], seconds_ago: int, proof: dict[str, str]
) -> None:
    client, before = logged_in(alice, seconds_ago=seconds_ago), state(charlie)
    answer = client.patch(f"{USERS}{charlie.pk}/", change | proof)
    assert answer.status_code == 200
    assert "current_password" not in answer.json()
    assert state(charlie) != before


def test_other_changes_need_no_recent_login(alice: User, bob: User, charlie: User) -> None:
    url = f"{USERS}{charlie.pk}/"
    client = logged_in(bob, seconds_ago=LIMIT + 1)
    document = client.get(url).json()
    change = document | {"name": "Carl", "phone": "912", "is_active": False}
    assert client.put(url, change).json() == change
    assert client.patch(ME, {"name": "Rob"}).status_code == 200
    assert client.post(USERS, {"email": "dan@example.com", "password": PASSWORD}).status_code == 201


def test_staff_with_an_old_login_cannot_change_an_email(bob: User, charlie: User) -> None:
    client, url = logged_in(bob, seconds_ago=LIMIT + 1), f"{USERS}{charlie.pk}/"
    change = {"email": "new@example.com"}
    assert_error(client.patch(url, change), 403, "recent_login_required")
    assert client.patch(url, change | {"current_password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "can_import"])
def test_a_new_user_with_a_right_needs_a_recent_login(alice: User, right: str) -> None:
    client = logged_in(alice, seconds_ago=LIMIT + 1)
    body = {"email": "dan@example.com", right: True}
    assert_error(client.post(USERS, body), 403, "recent_login_required")
    assert not User.objects.filter(email="dan@example.com").exists()
    assert client.post(USERS, body | {"current_password": PASSWORD}).status_code == 201


def test_a_missing_right_is_reported_first(charlie: User) -> None:
    answer = logged_in(charlie, seconds_ago=LIMIT + 1).patch(ME, {"is_superuser": True})
    assert_error(answer, 403, "permission_denied")


def test_a_refresh_does_not_make_a_login_recent(charlie: User, anonymous: APIClient) -> None:
    pair = issue_pair(charlie)
    assert claims_of(pair["access"])["auth_time"] == pytest.approx(time.time(), abs=5)
    old = int(time.time()) - 1000
    for refresh, auth_time in (
        (changed(pair["refresh"], auth_time=old), old),
        (changed(issue_pair(charlie)["refresh"], auth_time=None), 0),
    ):
        renewed = anonymous.post("/api/v1/auth/refresh/", {"refresh": refresh}).json()
        again = anonymous.post("/api/v1/auth/refresh/", {"refresh": renewed["refresh"]}).json()
        assert {claims_of(token)["auth_time"] for token in again.values()} == {auth_time}


def test_guesses_of_the_password_are_limited(alice: User, charlie: User) -> None:
    client, url = logged_in(alice, seconds_ago=LIMIT + 1), f"{USERS}{charlie.pk}/"
    guesses = [client.patch(url, CHANGES[0] | WRONG).status_code for _ in range(63)]
    assert set(guesses) == {400, 429}
    assert client.patch(url, {"name": "Carl"}).status_code == 200
    recent = client_of(alice)
    body = {"name": "Carl", "current_password": "ignored"}
    assert {recent.patch(url, body).status_code for _ in range(63)} == {200}


def browser_of(user: User, *, seconds_ago: int | None) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    if seconds_ago is None:
        del session["auth_time"]
    else:
        session["auth_time"] -= seconds_ago
    session.save()
    return client


FORMS: dict[str, dict[str, str]] = {
    "password": {"usable_password": "true", "set-password": "x", "password1": NEW_PASSWORD,
                 "password2": NEW_PASSWORD},
    "change": {"email": "new@example.com", "is_active": "on"},
}  # fmt: skip
FORMS["change/right"] = {"email": "charlie@example.com", "is_active": "on", "is_superuser": "on"}


def page(user: User, form: str) -> str:
    return f"/admin/users_uc/user/{user.pk}/{form.partition('/')[0]}/"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("password", ["", "not the password"])
@pytest.mark.parametrize("seconds_ago", [LIMIT + 1, None])
def test_an_old_session_without_the_password_changes_nothing(
    alice: User, charlie: User, form: str, password: str, seconds_ago: int | None
) -> None:
    client, before = browser_of(alice, seconds_ago=seconds_ago), state(charlie)
    url = page(charlie, form)
    answer = client.post(url, FORMS[form] | {"current_password": password})
    assert answer.status_code == 200
    assert "The password is wrong. Enter your current password." in answer.content.decode()
    assert state(charlie) == before


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("seconds_ago", "password"), [(LIMIT - 30, ""), (LIMIT + 1, PASSWORD)])
def test_a_recent_session_or_the_password_is_enough(
    alice: User, charlie: User, form: str, seconds_ago: int, password: str
) -> None:
    client, before = browser_of(alice, seconds_ago=seconds_ago), state(charlie)
    url = page(charlie, form)
    assert 'name="current_password"' in client.get(url).content.decode()
    answer = client.post(url, FORMS[form] | {"current_password": password})
    assert answer.status_code == 302
    assert state(charlie) != before


def test_an_old_session_can_change_a_name(alice: User, charlie: User) -> None:
    client = browser_of(alice, seconds_ago=LIMIT + 1)
    url = page(charlie, "change")
    form = {"email": charlie.email, "name": "Carl", "phone": "", "is_active": "on"}
    assert client.post(url, form).status_code == 302
    charlie.refresh_from_db()
    assert charlie.name == "Carl"
