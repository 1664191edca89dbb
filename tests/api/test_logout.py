"""POST auth/logout/."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import client_of
from users_uc.models import User
from users_uc.tokens.families import issue_pair

URL = "/api/v1/auth/logout/"


def renew(token: str) -> int:
    """Return 200 if the refresh token is still valid, or 401."""
    return APIClient().post("/api/v1/auth/refresh/", {"refresh": token}).status_code


def test_revokes_this_login_and_no_other(charlie: User) -> None:
    this, other = issue_pair(charlie)["refresh"], issue_pair(charlie)["refresh"]
    answer = client_of(charlie).post(URL, {"refresh": this})
    assert answer.status_code == 204
    assert answer.content == b""
    assert (renew(this), renew(other)) == (401, 200)


def test_a_used_refresh_token_revokes_its_login(as_charlie: APIClient, charlie: User) -> None:
    old = issue_pair(charlie)["refresh"]
    new = APIClient().post("/api/v1/auth/refresh/", {"refresh": old}).json()["refresh"]
    assert as_charlie.post(URL, {"refresh": old}).status_code == 204
    assert renew(new) == 401


def test_a_second_logout_is_no_error(as_charlie: APIClient, charlie: User) -> None:
    body = {"refresh": issue_pair(charlie)["refresh"]}
    assert [as_charlie.post(URL, body).status_code for _ in range(2)] == [204, 204]


def test_another_users_token_is_401_and_stays_valid(as_charlie: APIClient, bob: User) -> None:
    bobs = issue_pair(bob)["refresh"]
    assert_error(as_charlie.post(URL, {"refresh": bobs}), 401, "token_not_valid")
    assert renew(bobs) == 200


@pytest.mark.parametrize("token", ["x", "access"])
def test_a_token_that_is_no_refresh_token_is_401(
    as_charlie: APIClient, charlie: User, token: str
) -> None:
    body = {"refresh": issue_pair(charlie).get(token, token)}
    assert_error(as_charlie.post(URL, body), 401, "token_not_valid")


def test_a_body_without_a_token_is_400(as_charlie: APIClient) -> None:
    assert_error(as_charlie.post(URL, {}), 400, "invalid", refresh="required")
