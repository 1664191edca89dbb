"""POST auth/refresh/."""

import time
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api.tokens import OTHER_KEY, changed, claims_of, unsigned
from users_uc.models import RefreshFamily, User
from users_uc.tokens.families import issue_pair

URL = "/api/v1/auth/refresh/"

INVALID: dict[str, Callable[[dict[str, str]], str]] = {
    "an access token": lambda pair: pair["access"],
    "signed with another key": lambda pair: changed(pair["refresh"], key=OTHER_KEY),
    "unsigned": lambda pair: unsigned(pair["refresh"]),
    "expired": lambda pair: changed(pair["refresh"], exp=1),
    "expired 8 s ago": lambda pair: changed(pair["refresh"], exp=int(time.time()) - 8),
    "without an expiry": lambda pair: changed(pair["refresh"], exp=None),
    "without an id": lambda pair: changed(pair["refresh"], jti=None),
    "without a type": lambda pair: changed(pair["refresh"], token_type=None),
    "issued tomorrow": lambda pair: changed(pair["refresh"], iat=time.time() + 86400),
    "for another audience": lambda pair: changed(pair["refresh"], aud="other-api"),
    "without an audience": lambda pair: changed(pair["refresh"], aud=None),
    "from another issuer": lambda pair: changed(pair["refresh"], iss="other"),
    "without an issuer": lambda pair: changed(pair["refresh"], iss=None),
    "signed with our key by another algorithm": lambda pair: changed(
        pair["refresh"], algorithm="HS512"
    ),
    "with an unknown critical header": lambda pair: changed(
        pair["refresh"], headers={"crit": ["x"], "x": 1}
    ),
    "truncated": lambda pair: pair["refresh"][:-1],
    "without a version": lambda pair: changed(pair["refresh"], token_version=None),
    "without a user id": lambda pair: changed(pair["refresh"], user_id=None),
    "of another version": lambda pair: changed(pair["refresh"], token_version=1),
    "with an invalid user id": lambda pair: changed(pair["refresh"], user_id="me"),
    "without a family": lambda pair: changed(pair["refresh"], family=None),
    "of an invalid family": lambda pair: changed(pair["refresh"], family="mine"),
    "of a family in a list": lambda pair: changed(pair["refresh"], family=["mine"]),
    "of an unknown family": lambda pair: changed(pair["refresh"], family="0" * 32),
    "not a token": lambda pair: "x",
}


def renew(token: str) -> HttpResponse:
    """Send the refresh token and return the answer."""
    return APIClient().post(URL, {"refresh": token})


def test_returns_a_new_pair_of_the_same_family(charlie: User, anonymous: APIClient) -> None:
    old = issue_pair(charlie)["refresh"]
    answer = anonymous.post(URL, {"refresh": old})
    assert answer.status_code == 200
    assert answer.json().keys() == {"access", "refresh"}
    new = claims_of(answer.json()["refresh"])
    assert new["family"] == claims_of(old)["family"]
    assert new["jti"] != claims_of(old)["jti"]


def test_both_new_tokens_work(charlie: User, anonymous: APIClient) -> None:
    pair = anonymous.post(URL, {"refresh": issue_pair(charlie)["refresh"]}).json()
    header = f"Bearer {pair['access']}"
    assert anonymous.get("/api/v1/users/me/", HTTP_AUTHORIZATION=header).status_code == 200
    assert renew(pair["refresh"]).status_code == 200


def test_a_token_of_a_web_server_with_another_clock_is_valid(charlie: User) -> None:
    token = changed(issue_pair(charlie)["refresh"], iat=int(time.time()) + 25)
    assert renew(token).status_code == 200


def test_a_new_pair_has_the_current_claims_of_the_user(charlie: User, anonymous: APIClient) -> None:
    old = issue_pair(charlie)["refresh"]
    User.objects.update(name="Carl", is_staff=True)
    claims = claims_of(anonymous.post(URL, {"refresh": old}).json()["access"])
    assert (claims["name"], claims["is_staff"]) == ("Carl", True)


@pytest.mark.parametrize("invalidate", INVALID.values(), ids=INVALID.keys())
def test_an_invalid_token_is_401(
    charlie: User, invalidate: Callable[[dict[str, str]], str]
) -> None:
    answer = renew(invalidate(issue_pair(charlie)))
    assert_error(answer, 401, "token_not_valid")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_token_of_another_users_family_is_401(charlie: User, bob: User) -> None:
    bobs = claims_of(issue_pair(bob)["refresh"])
    token = changed(issue_pair(charlie)["refresh"], family=bobs["family"], jti=bobs["jti"])
    assert_error(renew(token), 401, "token_not_valid")


def test_a_deactivated_users_token_is_401(charlie: User) -> None:
    token = issue_pair(charlie)["refresh"]
    User.objects.update(is_active=False)
    assert_error(renew(token), 401, "token_not_valid")


def test_a_deleted_users_token_is_401_and_their_families_are_deleted(charlie: User) -> None:
    token = issue_pair(charlie)["refresh"]
    charlie.delete()
    assert_error(renew(token), 401, "token_not_valid")
    assert not RefreshFamily.objects.exists()


def test_a_token_from_before_a_password_change_is_401(charlie: User) -> None:
    token = issue_pair(charlie)["refresh"]
    charlie.change_password("another good password")
    assert_error(renew(token), 401, "token_not_valid")


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"refresh": ""}, "blank"), ({"refresh": "x" * 4097}, "max_length")],
)
def test_a_body_without_a_token_is_400(
    db: None, anonymous: APIClient, body: dict[str, str], code: str
) -> None:
    assert_error(anonymous.post(URL, body), 400, "invalid", refresh=code)
