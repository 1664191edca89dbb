"""The number of password hashes per request. Calls are counted because times vary."""

import hashlib
import hmac
from typing import Any

import argon2
import bcrypt
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.test import Client
from rest_framework.test import APIClient
from werkzeug.security import generate_password_hash

from tests.conftest import PASSWORD
from users_uc.models import User
from users_uc.passwords.hasher import Argon2idHasher, ImportedPbkdf2Hasher
from users_uc.passwords.notations import BARE, storable
from users_uc.passwords.wrapping import wrap

LOGIN, ME = "/api/v1/auth/login/", "/api/v1/users/me/"
SET_PASSWORD = "/api/v1/users/set_password/"
LONG = "p" * 129
OLDER = make_password(PASSWORD, hasher="pbkdf2_sha256")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets one entry for each hash that any hasher computes."""
    calls: list[str] = []

    def count(hasher: type[Any], method: str) -> None:
        original = getattr(hasher, method)

        def counted(self: Any, *args: Any, **options: Any) -> Any:
            calls.append(f"{hasher.__name__}.{method}")
            return original(self, *args, **options)

        monkeypatch.setattr(hasher, method, counted)

    count(Argon2idHasher, "encode")
    count(Argon2idHasher, "verify")
    count(PBKDF2PasswordHasher, "encode")  # its verify calls encode
    return calls


def log_in(email: str, password: str) -> int:
    """Log in and return the status."""
    return APIClient().post(LOGIN, {"email": email, "password": password}).status_code


@pytest.mark.parametrize(
    ("email", "fields"),
    [
        ("charlie@example.com", {}),
        ("charlie@example.com", {"is_active": False}),
        ("charlie@example.com", {"password": "!"}),
        ("charlie@example.com", {"password": ""}),
        ("charlie@example.com", {"password": OLDER}),
        ("nobody@example.com", {}),
        ("no address", {}),
        ("\u0131@example.com", {}),
    ],
    ids=[
        "known",
        "deactivated",
        "no password",
        "empty password",
        "older hash",
        "unknown",
        "invalid email",
        "dotless i",
    ],
)
def test_a_wrong_login_costs_one_hash_for_any_email(
    charlie: User, hashed: list[str], email: str, fields: dict[str, object]
) -> None:
    User.objects.update(**fields)
    assert log_in(email, "not the password") == 401
    assert len(hashed) == 1


def test_a_correct_login_costs_one_hash(charlie: User, hashed: list[str]) -> None:
    assert log_in(charlie.email, PASSWORD) == 200
    assert hashed == ["Argon2idHasher.verify"]


def test_a_login_with_an_older_hash_renews_the_hash(charlie: User, hashed: list[str]) -> None:
    User.objects.update(password=OLDER)
    assert [log_in(charlie.email, PASSWORD) for _ in range(2)] == [200, 200]
    once = ["PBKDF2PasswordHasher.encode", "Argon2idHasher.encode"]
    assert hashed == [*once, "Argon2idHasher.verify"]


@pytest.mark.usefixtures("real_hashing")
@pytest.mark.parametrize(("passes", "memory_kib"), [(1, 1024), (2, 19 * 1024 + 8)])
def test_an_argon2_hash_of_another_cost_is_renewed(
    charlie: User, passes: int, memory_kib: int
) -> None:
    other = Argon2idHasher()
    other.time_cost, other.memory_cost = passes, memory_kib
    User.objects.update(password=other.encode(PASSWORD, "some salt"))
    assert log_in(charlie.email, PASSWORD) == 200
    charlie.refresh_from_db()
    assert charlie.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.usefixtures("real_hashing")
@pytest.mark.parametrize(
    "cell",
    [
        bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
        f"sha1$salt${hashlib.sha1(f'salt{PASSWORD}'.encode()).hexdigest()}",  # noqa: S324
        f"sha256$salt${hmac.new(b'salt', PASSWORD.encode(), 'sha256').hexdigest()}",
        generate_password_hash(PASSWORD, "scrypt"),
        argon2.PasswordHasher(memory_cost=64).hash(PASSWORD),
    ],
    ids=["bcrypt", "digest", "hmac", "scrypt", "argon2"],
)
def test_a_login_with_the_hash_of_another_system_renews_the_hash(charlie: User, cell: str) -> None:
    stored, _ = storable(cell)
    User.objects.update(password=wrap(stored) if stored.startswith(BARE) else stored)
    assert [log_in(charlie.email, password) for password in ("wrong", PASSWORD)] == [401, 200]
    charlie.refresh_from_db()
    assert charlie.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert log_in(charlie.email, PASSWORD) == 200


def test_the_admin_shows_a_user_with_a_hash_of_another_system(alice: User, charlie: User) -> None:
    browser = Client()
    browser.force_login(alice)
    for password in ("imported$$2b$04$x", f"wrapped$after-md5$AAAA${make_password('x')}"):
        User.objects.filter(pk=charlie.pk).update(password=password)
        answer = browser.get(f"/admin/users_uc/user/{charlie.pk}/change/")
        assert password.partition("$")[0] in answer.content.decode()
        assert password not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("post", LOGIN, {"email": "charlie@example.com", "password": LONG}),
        ("post", "/api/v1/register/", {"email": "new@example.com", "password": LONG}),
        ("post", "/api/v1/users/", {"email": "new@example.com", "password": LONG}),
        ("patch", ME, {"password": LONG}),
        ("delete", ME, {"current_password": LONG}),
        ("post", f"{ME}password/", {"current_password": LONG, "new_password": PASSWORD}),
        ("post", f"{ME}deactivate/", {"current_password": LONG}),
        ("post", SET_PASSWORD, {"current_password": LONG, "new_password": PASSWORD}),
        ("post", "/api/v1/users/set_email/", {"current_password": LONG, "new_email": "new@x.com"}),
        ("post", "/api/v1/users/reset_password_confirm/",
         {"uid": "MQ", "token": "x", "new_password": LONG}),
    ],
)  # fmt: skip
def test_a_password_of_129_characters_is_not_hashed(
    mail_is_configured: None, as_alice: APIClient, hashed: list[str],
    method: str, url: str, body: dict[str, str],
) -> None:  # fmt: skip
    hashed.clear()  # creating Alice hashed her password
    assert getattr(as_alice, method)(url, body).status_code == 400
    assert hashed == []


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("login/", {"username": "alice@example.com", "password": LONG}),
        ("users_uc/user/add/",
         {"email": "new@example.com", "usable_password": "true", "password1": LONG,
          "password2": LONG}),
        ("users_uc/user/{pk}/password/",
         {"usable_password": "true", "password1": LONG, "password2": LONG, "set-password": "x"}),
        ("password_change/",
         {"old_password": LONG, "new_password1": PASSWORD, "new_password2": PASSWORD}),
    ],
)  # fmt: skip
def test_the_admin_does_not_hash_a_password_of_129_characters(
    alice: User, hashed: list[str], url: str, form: dict[str, str]
) -> None:
    browser = Client()
    if "username" not in form:
        browser.force_login(alice)
    hashed.clear()
    answer = browser.post(f"/admin/{url.format(pk=alice.pk)}", form)
    assert (answer.status_code, hashed) == (200, [])


def test_a_password_of_128_characters_is_hashed(charlie: User, hashed: list[str]) -> None:
    assert log_in(charlie.email, LONG[:128]) == 401
    assert hashed == ["Argon2idHasher.verify"]


def test_renewing_a_hash_keeps_the_session_of_the_admin(alice: User) -> None:
    User.objects.update(password=OLDER)
    browser = Client()
    form = {"username": alice.email, "password": PASSWORD, "next": "/admin/"}
    assert browser.post("/admin/login/", form)["Location"] == "/admin/"
    assert User.objects.get().password != OLDER
    assert browser.get("/admin/").status_code == 200


def test_renewing_a_hash_does_not_undo_a_password_change(
    charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password changes while the older hash is verified."""
    User.objects.update(password=OLDER)
    original = ImportedPbkdf2Hasher.verify

    def change_meanwhile(self: ImportedPbkdf2Hasher, *args: Any) -> bool:
        is_correct = original(self, *args)
        monkeypatch.undo()
        User.objects.get(pk=charlie.pk).change_password("another horse battery")
        return is_correct

    monkeypatch.setattr(ImportedPbkdf2Hasher, "verify", change_meanwhile)
    log_in(charlie.email, PASSWORD)
    assert log_in(charlie.email, PASSWORD) == 401
    assert log_in(charlie.email, "another horse battery") == 200
