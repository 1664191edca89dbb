"""Users who must choose another password: login, their only token, and how they are marked."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tasks.models import ImportJob, ImportRowError
from tests.api.answers import assert_error
from tests.api.test_access import ROWS
from tests.conftest import PASSWORD, client_of
from tests.imports import outcome
from users_uc.mail.links import Purpose, link
from users_uc.models import RefreshFamily, User
from users_uc.tokens.families import issue_pair, issue_password_change

PRIVATE = [row for row in ROWS if row[2] == "401"]
LOGIN, ME, CHANGE = "/api/v1/auth/login/", "/api/v1/users/me/", "/api/v1/users/me/password/"
NEW = "another good password"


@pytest.fixture
def marked(charlie: User) -> User:
    """Return Charlie, who must choose another password."""
    charlie.must_change_password = True
    charlie.save(update_fields=["must_change_password"])
    return charlie


def login(user: User, password: str = PASSWORD) -> dict[str, object]:
    answer = APIClient().post(LOGIN, {"email": user.email, "password": password})
    document: dict[str, object] = answer.json()
    return document | {"status": answer.status_code}


def with_token(token: object) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def restricted(user: User) -> APIClient:
    """Return a client with the token of the user's login."""
    error = login(user)["error"]
    assert isinstance(error, dict)
    return with_token(error["access"])


def test_the_login_is_403_until_the_password_is_changed(
    marked: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):  # the user
        answer = APIClient().post(LOGIN, {"email": marked.email, "password": PASSWORD})
    assert_error(answer, 403, "password_change_required")
    assert "refresh" not in answer.content.decode()
    assert not RefreshFamily.objects.exists()
    client = with_token(answer.json()["error"]["access"])
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert client.post(CHANGE, change).status_code == 204
    assert login(marked)["status"] == 401
    assert login(marked, NEW).keys() >= {"access", "refresh"}
    assert_error(client.get(ME), 401, "token_not_valid")
    marked.refresh_from_db()
    assert not marked.must_change_password


def test_a_wrong_password_is_401_as_for_others(marked: User) -> None:
    assert login(marked, "wrong")["status"] == 401


@pytest.mark.parametrize("row", PRIVATE, ids=lambda row: f"{row[0]} {row[1]}")
def test_the_token_allows_only_the_change(marked: User, row: list[str]) -> None:
    """The token is that of the login, or one from before the mark."""
    method, path, *_ = row
    path = re.sub(r"\{(\w+s|delivery)\}", str(UUID(int=0)), path)
    path = re.sub(r"\{\w+\}", str(marked.pk), path)
    for client in (restricted(marked), client_of(marked)):
        answer = getattr(client, method.lower())(path, {}, format="json")
        if path.endswith(("/users/me/password/", "/users/set_password/")):
            assert_error(
                answer, 400, "invalid", current_password="required", new_password="required"
            )
        else:
            assert_error(answer, 403, "password_change_required")
            assert "access" not in answer.json()["error"]


def test_the_token_stays_restricted_when_the_mark_is_removed(marked: User) -> None:
    client = with_token(issue_password_change(marked))
    User.objects.filter(pk=marked.pk).update(must_change_password=False)
    assert_error(client.get(ME), 403, "password_change_required")


def test_the_present_password_cannot_be_kept(marked: User, as_bob: APIClient, bob: User) -> None:
    same = {"current_password": PASSWORD, "new_password": PASSWORD}
    answer = restricted(marked).post(CHANGE, same)
    assert_error(answer, 400, "invalid", new_password="same_password")
    assert login(marked)["status"] == 403
    assert as_bob.post(CHANGE, same).status_code == 204  # nobody asked for another one


def test_a_link_for_a_new_password_removes_the_mark(marked: User) -> None:
    *_, uid, token = link(Purpose.PASSWORD_RESET, marked).split("/")
    body = {"uid": uid, "token": token, "new_password": NEW}
    assert APIClient().post("/api/v1/users/reset_password_confirm/", body).status_code == 204
    assert login(marked, NEW)["status"] == 200


def test_a_password_that_a_superuser_sets_keeps_the_mark(marked: User, as_alice: APIClient) -> None:
    assert as_alice.patch(f"/api/v1/users/{marked.pk}/", {"password": NEW}).status_code == 200
    assert login(marked, NEW)["status"] == 403


def test_staff_mark_a_user_and_revoke_the_tokens(as_bob: APIClient, charlie: User) -> None:
    client, refresh = client_of(charlie), issue_pair(charlie)["refresh"]
    url = f"/api/v1/users/{charlie.pk}/"
    answer = as_bob.patch(url, {"must_change_password": True})
    assert (answer.status_code, answer.json()["must_change_password"]) == (200, True)
    assert_error(client.get(ME), 401, "token_not_valid")
    assert APIClient().post("/api/v1/auth/refresh/", {"refresh": refresh}).status_code == 401
    assert login(charlie)["status"] == 403
    token = restricted(charlie)
    assert as_bob.patch(url, {"must_change_password": True, "name": "C"}).status_code == 200
    assert_error(token.get(ME), 403, "password_change_required")  # no change, so not revoked
    assert as_bob.patch(url, {"must_change_password": False}).status_code == 200
    assert login(charlie)["status"] == 200


def test_staff_create_a_marked_user(as_bob: APIClient) -> None:
    body = {"email": "eve@x.com", "password": PASSWORD, "must_change_password": True}
    answer = as_bob.post("/api/v1/users/", body)
    assert (answer.status_code, answer.json()["must_change_password"]) == (201, True)
    assert login(User.objects.get(email="eve@x.com"))["status"] == 403


def test_others_cannot_change_the_mark(as_charlie: APIClient, as_bob: APIClient, bob: User) -> None:
    for client, url in ((as_charlie, ME), (as_bob, ME), (as_bob, f"/api/v1/users/{bob.pk}/")):
        answer = client.patch(url, {"must_change_password": True})
        assert_error(answer, 403, "permission_denied")


def test_the_admin_refuses_the_login(alice: User) -> None:
    credentials = {"username": alice.email, "password": PASSWORD}
    for must_change, status in ((True, 200), (False, 302)):
        alice.must_change_password = must_change
        alice.save()
        answer = Client().post("/admin/login/?next=/admin/", credentials)
        assert answer.status_code == status


def test_a_session_of_the_admin_ends_with_the_mark(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get("/admin/").status_code == 200
    alice.must_change_password = True
    alice.save()
    assert client.get("/admin/").status_code == 302


FILE = (
    "email,password,Change Password at Next Sign-In\n"
    f"a@x.com,{PASSWORD},TRUE\nb@x.com,{PASSWORD},no\nc@x.com,{PASSWORD},\nd@x.com,,sim\n"
    f"e@x.com,{PASSWORD},maybe\ncharlie@example.com,,yes\n"
)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_a_file_marks_new_users_only(
    as_bob: APIClient, charlie: User, imported: Callable[..., ImportJob], mode: str
) -> None:
    job = imported(as_bob, FILE, mode=mode)
    kept = "skipped" if mode == "create" else "unchanged"
    assert outcome(job) == {"rows": 6, "created": 4, "failed": 1, kept: 1}
    error = ImportRowError.objects.get()
    assert (error.column, error.code) == ("must_change_password", "invalid_boolean")
    marked = User.objects.filter(must_change_password=True).order_by("email")
    assert list(marked.values_list("email", flat=True)) == ["a@x.com", "d@x.com"]
    statuses = [login(user)["status"] for user in User.objects.order_by("email")[:2]]
    assert statuses == [403, 200]


def test_the_option_columns_knows_the_field(
    as_bob: APIClient, imported: Callable[..., ImportJob]
) -> None:
    columns = '{"Novo": "must_change_password"}'
    job = imported(as_bob, "email,Novo\na@x.com,1\n", columns=columns)
    assert job.ignored_columns == []
    assert User.objects.get(import_id=job.id).must_change_password


@pytest.mark.parametrize(
    "header",
    [
        "must_change_password", "Must change password *", "forceChangePasswordNextSignIn",
        "ChangePasswordAtLogon", "auth_forcepasswordchange", "Deve alterar a senha",
        "Exigir troca de senha", "Debe cambiar la contraseña", "Passwortänderung erforderlich",
        "Changement de mot de passe requis", "Cambio password obbligatorio",
        "Wymagana zmiana hasła", "Moet wachtwoord wijzigen",
    ],
)  # fmt: skip
def test_the_header_is_known_in_each_language(
    as_bob: APIClient, imported: Callable[..., ImportJob], header: str
) -> None:
    job = imported(as_bob, f"email,{header}\na@x.com,ja\n")
    assert User.objects.get(import_id=job.id).must_change_password


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        ("email\na@x.com\ncharlie@example.com\n", {"a@x.com"}),
        ("email\na@x.com\nb@x.com\n", {"a@x.com", "b@x.com"}),
        ("email,must_change_password\na@x.com,\nb@x.com,no\nc@x.com,1\n", {"a@x.com", "c@x.com"}),
    ],
)
@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_the_option_marks_new_users_without_such_a_cell(
    as_bob: APIClient,
    charlie: User,
    imported: Callable[..., ImportJob],
    content: str,
    marked: set[str],
    mode: str,
) -> None:
    imported(as_bob, content, mode=mode, must_change_password="true")
    found = User.objects.filter(must_change_password=True).values_list("email", flat=True)
    assert set(found) == marked
