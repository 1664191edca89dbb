"""POST register/."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from users_uc import fields
from users_uc.models import User

URL = "/api/v1/register/"
ANN = {"email": "ann@example.com", "name": "Ann", "password": PASSWORD}


def test_creates_a_user_who_can_log_in(db: None, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, ANN | {"phone": "+351 912"})
    assert answer.status_code == 201
    user = User.objects.get()
    assert answer.json() == {
        "id": user.pk,
        "email": "ann@example.com",
        "name": "Ann",
        "phone": "+351 912",
        "date_joined": user.date_joined.isoformat().replace("+00:00", "Z"),
    }
    login = {name: ANN[name] for name in ("email", "password")}
    assert anonymous.post("/api/v1/auth/login/", login).status_code == 200


def test_name_and_phone_are_optional(db: None, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, {"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["phone"]) == ("", "")


def test_grants_no_requested_rights(db: None, anonymous: APIClient) -> None:
    for right in ("is_staff", "is_superuser", "can_import"):
        answer = anonymous.post(URL, ANN | {right: True})
        assert_error(answer, 400, "invalid", **{right: "unknown_field"})
    assert_error(anonymous.post(URL, ANN | {"id": -99}), 400, "invalid", id="read_only_field")
    assert anonymous.post(URL, ANN).status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.groups.exists()) == (False, False, False)


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        (" Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_the_email_is_stored_normalized(
    db: None, anonymous: APIClient, email: str, expected: str
) -> None:
    assert anonymous.post(URL, ANN | {"email": email}).json()["email"] == expected


def test_a_taken_email_in_another_spelling_is_400(charlie: User, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, ANN | {"email": "CHARLIE@EXAMPLE.com"})
    assert_error(answer, 400, "invalid", email="unique")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "\u017fam@example.com", "invalid"),
        ("email", "ann", "invalid"),
        ("email", f"ann@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 63}.com", "max_length"),
        ("email", "ann\0@example.com", "invalid"),
        ("email", None, "null"),
        ("email", 5, "invalid"),
        ("name", "A\x1bn", "control_character"),
        ("name", "n" * 151, "max_length"),
        ("phone", "1" * 33, "max_length"),
        ("phone", "12\x07", "control_character"),
        ("password", "Ab3$", "password_too_short"),
        ("password", "password123", "password_too_common"),
        ("password", "70316482905", "password_entirely_numeric"),
        ("password", "ann@example.com", "password_too_similar"),
        ("password", "p" * 129, "max_length"),
        ("password", "", "blank"),
    ],
)
def test_an_invalid_field_is_400(
    db: None, anonymous: APIClient, field: str, value: object, code: str
) -> None:
    answer = anonymous.post(URL, ANN | {field: value})
    assert_error(answer, 400, "invalid", **{field: code})
    assert not User.objects.exists()


def test_a_name_is_stored_in_normal_form_c(db: None, anonymous: APIClient) -> None:
    name = "\u03c9\u0314\u0342\u0345" * 150
    assert anonymous.post(URL, ANN | {"name": name}).status_code == 201
    assert User.objects.get().name == "\u1fa7" * 150


@pytest.mark.parametrize(("field", "longest"), [("name", 4 * 150), ("phone", 4 * 32)])
def test_a_long_text_is_rejected_before_it_is_normalised(
    db: None, anonymous: APIClient, monkeypatch: pytest.MonkeyPatch, field: str, longest: int
) -> None:
    """The normal form of a run of combining marks takes quadratic time: minutes for a megabyte."""
    normalised: list[str] = []

    def record(_form: str, text: str) -> str:
        normalised.append(text)
        return text

    monkeypatch.setattr(fields, "normalize", record)
    for size in (longest // 2 + 1, 500_000):
        answer = anonymous.post(URL, ANN | {field: "\u0300\u0327" * size})
        assert_error(answer, 400, "invalid", **{field: "max_length"})
    assert max(map(len, normalised), default=0) <= longest


def test_all_invalid_fields_are_reported_together(db: None, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, {"name": "n" * 151})
    wrong = {"email": "required", "password": "required", "name": "max_length"}
    assert_error(answer, 400, "invalid", **wrong)


def test_a_password_keeps_its_spaces(db: None, anonymous: APIClient) -> None:
    anonymous.post(URL, ANN | {"password": f" {PASSWORD} "})
    assert User.objects.get().check_password(f" {PASSWORD} ")


def test_is_403_when_registration_is_closed(
    db: None, anonymous: APIClient, settings: Settings
) -> None:
    settings.REGISTRATION_OPEN = False
    assert_error(anonymous.post(URL, ANN), 403, "registration_closed")
    assert not User.objects.exists()


def test_an_invalid_token_is_ignored(db: None, anonymous: APIClient) -> None:
    assert anonymous.post(URL, ANN, HTTP_AUTHORIZATION="Bearer x").status_code == 201
