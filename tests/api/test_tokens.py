"""Authorization: the access tokens that every endpoint accepts or rejects."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api.tokens import OTHER_KEY, changed, unsigned
from users_uc.models import User
from users_uc.tokens.families import issue_pair

URL = "/api/v1/users/me/"

INVALID: dict[str, Callable[[dict[str, str]], str]] = {
    "signed with another key": lambda pair: changed(pair["access"], key=OTHER_KEY),
    "unsigned": lambda pair: unsigned(pair["access"]),
    "a refresh token": lambda pair: pair["refresh"],
    "expired": lambda pair: changed(pair["access"], exp=1),
    "expired 8 s ago": lambda pair: changed(pair["access"], exp=int(time.time()) - 8),
    "without an expiry": lambda pair: changed(pair["access"], exp=None),
    "without an id": lambda pair: changed(pair["access"], jti=None),
    "without a type": lambda pair: changed(pair["access"], token_type=None),
    "for another audience": lambda pair: changed(pair["access"], aud="other-api"),
    "without an audience": lambda pair: changed(pair["access"], aud=None),
    "from another issuer": lambda pair: changed(pair["access"], iss="other"),
    "of another version": lambda pair: changed(pair["access"], token_version=1),
    "without a version": lambda pair: changed(pair["access"], token_version=None),
    "without an issuer": lambda pair: changed(pair["access"], iss=None),
    "issued tomorrow": lambda pair: changed(pair["access"], iat=time.time() + 86400),
    "valid in 35 s": lambda pair: changed(pair["access"], nbf=int(time.time()) + 35),
    "with an expiry that is no number": lambda pair: changed(pair["access"], exp="never"),
    "signed with our key by another algorithm": lambda pair: changed(
        pair["access"], algorithm="HS512"
    ),
    "with an unknown critical header": lambda pair: changed(
        pair["access"], headers={"crit": ["x"], "x": 1}
    ),
    "with the id of no key": lambda pair: changed(pair["access"], headers={"kid": "x"}),
    "truncated": lambda pair: pair["access"][:-1],
    "not a token": lambda pair: "x",
    "three dots": lambda pair: "...",
    "long": lambda pair: "x" * 7000,
}


def get_with(token: str) -> Any:
    """Send GET users/me/ with this token."""
    return APIClient().get(URL, HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_valid_token_identifies_its_user(charlie: User) -> None:
    answer = get_with(issue_pair(charlie)["access"])
    assert answer.status_code == 200
    assert answer.json()["email"] == charlie.email


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR", " bearer", "bearer ", "Bearer\t"])
def test_the_scheme_of_the_token_has_no_case(charlie: User, scheme: str) -> None:
    header = f"{scheme} {issue_pair(charlie)['access']}"
    assert APIClient().get(URL, HTTP_AUTHORIZATION=header).status_code == 200


@pytest.mark.parametrize("claims", [{"iat": 25}, {"nbf": 25}, {"exp": -1}])
def test_a_token_of_a_web_server_with_another_clock_is_valid(
    charlie: User, claims: dict[str, int]
) -> None:
    times: dict[str, Any] = {claim: int(time.time()) + seconds for claim, seconds in claims.items()}
    assert get_with(changed(issue_pair(charlie)["access"], **times)).status_code == 200


@pytest.mark.parametrize("invalidate", INVALID.values(), ids=INVALID.keys())
def test_an_invalid_token_is_401(
    charlie: User, invalidate: Callable[[dict[str, str]], str]
) -> None:
    answer = get_with(invalidate(issue_pair(charlie)))
    assert_error(answer, 401, "token_not_valid")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    "user_id",
    [None, 1, "", "abc", "²", "-1", "1.0", "0", "9" * 18, "9" * 19, "9" * 5000, ["1"], {"1": 1}],
    ids=lambda user_id: repr(user_id)[:25],
)
def test_a_token_with_an_invalid_user_id_is_401(charlie: User, user_id: object) -> None:
    token = changed(issue_pair(charlie)["access"], user_id=user_id)
    assert_error(get_with(token), 401, "token_not_valid")


def test_a_deactivated_users_token_is_401(charlie: User) -> None:
    token = issue_pair(charlie)["access"]
    User.objects.update(is_active=False)
    assert_error(get_with(token), 401, "token_not_valid")


def test_a_deleted_users_token_is_401(charlie: User) -> None:
    token = issue_pair(charlie)["access"]
    charlie.delete()
    assert_error(get_with(token), 401, "token_not_valid")


def test_an_access_token_from_before_a_password_change_is_401(charlie: User) -> None:
    token = issue_pair(charlie)["access"]
    charlie.change_password("another good password")
    assert_error(get_with(token), 401, "token_not_valid")


@pytest.mark.parametrize(
    "url", ["/api/v1/auth/verify/", "/api/token/verify/", "/api/v1/auth/blacklist/"]
)
def test_no_endpoint_verifies_a_token_without_its_user(
    charlie: User, anonymous: APIClient, url: str
) -> None:
    """The endpoints of simplejwt would accept the token, so they are not installed."""
    User.objects.update(is_active=False)
    assert_error(anonymous.post(url, {"token": issue_pair(charlie)["access"]}), 404, "not_found")


def test_a_missing_token_has_its_own_code(anonymous: APIClient) -> None:
    answer = anonymous.get(URL)
    assert_error(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer", "bad_authorization_header"),
        ("Bearer two words", "bad_authorization_header"),
        ("bearer", "bad_authorization_header"),
        ("bearer two words", "bad_authorization_header"),
        ("bearers x", "not_authenticated"),
        ("Basic Y2hhcmxpZTpw", "not_authenticated"),
        ("", "not_authenticated"),
    ],
)
def test_an_invalid_authorization_header_is_401(
    anonymous: APIClient, header: str, code: str
) -> None:
    assert_error(anonymous.get(URL, HTTP_AUTHORIZATION=header), 401, code)
