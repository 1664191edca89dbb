"""POST auth/login/."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api.tokens import claims_of
from tests.conftest import PASSWORD
from users_uc.models import User

URL = "/api/v1/auth/login/"
Login = Callable[..., HttpResponse]


@pytest.fixture
def login(db: None, anonymous: APIClient) -> Login:
    """Return `login(email, password)`, whose defaults are Charlie's."""

    def send(email: str = "charlie@example.com", password: str = PASSWORD) -> HttpResponse:
        return anonymous.post(URL, {"email": email, "password": password})

    return send


def test_returns_a_pair_of_tokens_for_the_api(
    charlie: User, anonymous: APIClient, login: Login
) -> None:
    answer = anonymous.post(URL, {"email": charlie.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json().keys() == {"access", "refresh"}
    header = f"Bearer {answer.json()['access']}"
    assert anonymous.get("/api/v1/users/me/", HTTP_AUTHORIZATION=header).json()["id"] == charlie.pk


@pytest.mark.parametrize(("token", "seconds"), [("access", 3600), ("refresh", 86400)])
def test_tokens_have_the_claims_of_the_user_and_a_lifetime(
    bob: User, anonymous: APIClient, token: str, seconds: int
) -> None:
    answer = anonymous.post(URL, {"email": bob.email, "password": PASSWORD})
    claims = claims_of(answer.json()[token])
    own = {"user_id": str(bob.pk), "email": bob.email, "name": "Bob", "is_staff": True}
    fixed = {"aud": "accounts-api", "iss": "accounts", "token_type": token, "token_version": 0}
    assert own.items() | fixed.items() <= claims.items()
    assert claims["exp"] - claims["iat"] == seconds
    assert ("family" in claims) is (token == "refresh")


@pytest.mark.parametrize("email", ["CHARLIE@example.com", "  charlie@Example.COM "])
def test_any_spelling_of_the_email_logs_in(charlie: User, login: Login, email: str) -> None:
    assert login(email).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("charlie@example.com", "not the password"),
        ("charlie@example.com", f"{PASSWORD} "),
        ("nobody@example.com", PASSWORD),
        ("charl\u0131e@example.com", PASSWORD),
        ("no address", PASSWORD),
    ],
)
def test_wrong_credentials_are_401(charlie: User, login: Login, email: str, password: str) -> None:
    answer = login(email, password)
    assert_error(answer, 401, "authentication_failed")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_deactivated_user_is_401(charlie: User, login: Login) -> None:
    User.objects.update(is_active=False)
    assert_error(login(), 401, "authentication_failed")


def test_an_imported_user_without_a_password_is_401(charlie: User, login: Login) -> None:
    User.objects.update(password="!")
    assert_error(login(password="!"), 401, "authentication_failed")


@pytest.mark.usefixtures("real_hashing")
def test_an_older_hash_is_renewed_and_the_tokens_work(charlie: User, anonymous: APIClient) -> None:
    User.objects.update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    answer = anonymous.post(URL, {"email": charlie.email, "password": PASSWORD})
    charlie.refresh_from_db()
    assert charlie.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    header = f"Bearer {answer.json()['access']}"
    assert anonymous.get("/api/v1/users/me/", HTTP_AUTHORIZATION=header).status_code == 200


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"email": "required", "password": "required"}),
        ({"email": "", "password": ""}, {"email": "blank", "password": "blank"}),
        ({"email": None, "password": [1]}, {"email": "null", "password": "invalid"}),
        ({"email": "a" * 255, "password": "p"}, {"email": "max_length"}),
        ({"email": "a@x.com", "password": "p" * 129}, {"password": "max_length"}),
        ([], {"non_field_errors": "invalid"}),
        ("text", {"non_field_errors": "invalid"}),
        (None, {"email": "required", "password": "required"}),
    ],
)
def test_a_malformed_body_is_400(
    db: None, anonymous: APIClient, body: object, wrong: dict[str, str]
) -> None:
    answer = anonymous.post(URL, body, format="json")
    assert_error(answer, 400, "invalid", **wrong)
