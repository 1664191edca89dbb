"""POST users/me/password/."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc.models import Mail, User
from users_uc.tokens.families import issue_pair

URL = "/api/v1/users/me/password/"
NEW = "another good password"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


def test_the_new_password_logs_in_and_the_old_one_does_not(
    as_charlie: APIClient, charlie: User
) -> None:
    answer = as_charlie.post(URL, CHANGE)
    assert answer.status_code == 204
    assert answer.content == b""
    logins = [{"email": charlie.email, "password": password} for password in (NEW, PASSWORD)]
    answers = [APIClient().post("/api/v1/auth/login/", login).status_code for login in logins]
    assert answers == [200, 401]


def test_every_older_token_is_revoked(charlie: User) -> None:
    older = issue_pair(charlie)
    client = client_of(charlie)
    client.post(URL, CHANGE)
    assert_error(client.get("/api/v1/users/me/"), 401, "token_not_valid")
    answer = APIClient().post("/api/v1/auth/refresh/", {"refresh": older["refresh"]})
    assert_error(answer, 401, "token_not_valid")


def test_newer_tokens_work(as_charlie: APIClient, charlie: User) -> None:
    as_charlie.post(URL, CHANGE)
    login = APIClient().post("/api/v1/auth/login/", {"email": charlie.email, "password": NEW})
    header = f"Bearer {login.json()['access']}"
    assert APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=header).status_code == 200


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"current_password": "not it"}, {"current_password": "wrong_password"}),
        ({"new_password": "Ab3$"}, {"new_password": "password_too_short"}),
        ({"new_password": "charlie@example"}, {"new_password": "password_too_similar"}),
        ({"new_password": "p" * 129}, {"new_password": "max_length"}),
        ({"current_password": "p" * 129}, {"current_password": "max_length"}),
        ({"new_password": ""}, {"new_password": "blank"}),
    ],
)
def test_an_invalid_field_is_400_and_changes_nothing(
    as_charlie: APIClient, charlie: User, change: dict[str, str], wrong: dict[str, str]
) -> None:
    assert_error(as_charlie.post(URL, CHANGE | change), 400, "invalid", **wrong)
    charlie.refresh_from_db()
    assert charlie.check_password(PASSWORD)
    assert charlie.token_version == 0


def test_parallel_changes_revoke_each_others_tokens(charlie: User) -> None:
    first, second = User.objects.get(), User.objects.get()
    first.change_password(NEW)
    token = issue_pair(first)["access"]
    second.change_password("a third good password")
    answer = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert_error(answer, 401, "token_not_valid")


@pytest.mark.parametrize(
    "change",
    [lambda user: user.set_password(NEW), User.set_unusable_password],
    ids=["another", "none"],
)
def test_a_change_through_djangos_methods_revokes_tokens(
    charlie: User, change: Callable[[User], None]
) -> None:
    client = client_of(charlie)
    change(charlie)
    charlie.save()
    assert_error(client.get("/api/v1/users/me/"), 401, "token_not_valid")


@pytest.mark.parametrize(
    ("url", "body"),
    [(URL, CHANGE), ("/api/v1/users/me/deactivate/", {"current_password": PASSWORD}),
     ("/api/v1/users/set_email/", {"current_password": PASSWORD, "new_email": "thief@x.com"})],
)  # fmt: skip
def test_a_request_that_began_before_a_password_change_has_no_effect(
    mail_is_configured: None, as_charlie: APIClient, charlie: User, monkeypatch: pytest.MonkeyPatch,
    url: str, body: dict[str, str],
) -> None:  # fmt: skip
    """The body of the request may arrive slowly."""
    original = User.check_password

    def change_meanwhile(self: User, raw: str) -> bool:
        is_correct = original(self, raw)
        monkeypatch.undo()
        User.objects.get(pk=charlie.pk).change_password("the owner's own words")
        return is_correct

    monkeypatch.setattr(User, "check_password", change_meanwhile)
    assert_error(as_charlie.post(url, body), 401, "token_not_valid")
    charlie.refresh_from_db()
    assert charlie.is_active
    assert charlie.check_password("the owner's own words")
    assert not Mail.objects.exists()
