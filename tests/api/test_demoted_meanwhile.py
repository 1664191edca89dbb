"""Callers who lose their rights while their request waits for a lock."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import client_of
from tests.threads import other_connection, while_blocked_by
from users_uc.models import Attribute, User

pytestmark = pytest.mark.django_db(transaction=True)

type Other = psycopg.Connection[Any]

LOST: dict[str, tuple[str, int, str]] = {
    "demoted": (
        "UPDATE users_uc_user SET is_staff = false, is_superuser = false WHERE id = %s",
        403, "permission_denied",
    ),
    "deactivated": (
        "UPDATE users_uc_user SET is_active = false WHERE id = %s", 401, "token_not_valid",
    ),
    "logged out": (
        "UPDATE users_uc_user SET token_version = token_version + 1 WHERE id = %s",
        401, "token_not_valid",
    ),
    "deleted": ("DELETE FROM users_uc_user WHERE id = %s", 401, "token_not_valid"),
}  # fmt: skip
LOCK = "SELECT FROM users_uc_user WHERE id = %s FOR UPDATE"
NEW = "INSERT INTO users_uc_user (email) VALUES ('dan@example.com')"
NOT_NEW = "DELETE FROM users_uc_user WHERE email = 'dan@example.com'"


def create(client: APIClient, target: User) -> HttpResponse:
    return client.post("/api/v1/users/", {"email": "dan@example.com", "is_superuser": True})


def patch(client: APIClient, target: User) -> HttpResponse:
    return client.patch(f"/api/v1/users/{target.pk}/", {"is_superuser": True})


def put(client: APIClient, target: User) -> HttpResponse:
    return client.put(f"/api/v1/users/{target.pk}/", {"email": "carl@example.com"})


def delete(client: APIClient, target: User) -> HttpResponse:
    return client.delete(f"/api/v1/users/{target.pk}/")


def blocked(other: Other, caller: User, target: User, call: Callable[[], Any], lost: str) -> Any:
    """Return the answer of a call that waits while `other` takes the rights of the caller."""
    answers: list[Any] = []
    other.execute("DELETE FROM users_uc_refreshfamily WHERE user_id = %s", [caller.pk])
    other.execute(LOCK, [target.pk])
    other.execute(NEW)
    other.execute(lost, [caller.pk])
    with while_blocked_by(other, lambda: answers.append(call())):
        other.execute(NOT_NEW)
    return answers[0]


@pytest.mark.parametrize("change", [create, patch, put, delete])
@pytest.mark.parametrize("lost", LOST)
def test_a_request_that_waits_for_a_lock_needs_the_right_afterwards(
    alice: User, charlie: User, change: Callable[[APIClient, User], HttpResponse], lost: str
) -> None:
    client, (statement, status, code) = client_of(alice), LOST[lost]
    with other_connection() as other:
        answer = blocked(other, alice, charlie, lambda: change(client, charlie), statement)
    assert_error(answer, status, code)
    users = User.objects.exclude(pk=alice.pk)
    assert list(users.values_list("email", "is_superuser")) == [("charlie@example.com", False)]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("lost", LOST)
def test_a_change_of_an_attribute_that_waits_needs_the_right_afterwards(
    alice: User, method: str, lost: str
) -> None:
    Attribute.objects.create(name="floor", type="integer")
    client, (statement, status, code) = client_of(alice), LOST[lost]
    url = "/api/v1/attributes/" if method == "post" else "/api/v1/attributes/floor/"
    body = {"name": "unit" if method == "post" else "floor", "type": "text"}
    body = {} if method == "delete" else body
    with other_connection() as other:
        call = lambda: getattr(client, method)(url, body)  # noqa: E731
        answer = blocked(other, alice, alice, call, statement)
    assert_error(answer, status, code)
    attributes = Attribute.objects.values_list("name", "type", "deleted_at")
    assert list(attributes) == [("floor", "integer", None)]


@pytest.mark.parametrize("lost", LOST)
def test_a_caller_who_waits_for_their_own_row_needs_the_right_afterwards(
    alice: User, lost: str
) -> None:
    client, (statement, status, code) = client_of(alice), LOST[lost]
    with other_connection() as other:
        call = lambda: client.patch("/api/v1/users/me/", {"email": "a@example.com"})  # noqa: E731
        answer = blocked(other, alice, alice, call, statement)
    assert_error(answer, status, code)
    assert not User.objects.filter(email="a@example.com").exists()


PAGES = {
    "add/": {"email": "dan@example.com", "usable_password": "false"},
    "{}/change/": {"email": "carl@example.com", "is_superuser": "on"},
    "{}/password/": {"usable_password": "false", "unset-password": "x"},
    "{}/delete/": {"post": "yes"},
    "": {"action": "delete_selected", "_selected_action": "{}", "post": "yes"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lost", LOST)
def test_a_page_of_the_admin_that_waits_for_a_lock_needs_the_right_afterwards(
    alice: User, charlie: User, page: str, lost: str
) -> None:
    client, (statement, _, _) = Client(), LOST[lost]
    client.force_login(alice)
    url = f"/admin/users_uc/user/{page.format(charlie.pk)}"
    form = {name: value.format(charlie.pk) for name, value in PAGES[page].items()}
    with other_connection() as other:
        answer = blocked(other, alice, charlie, lambda: client.post(url, form), statement)
    assert_error(answer, 403, "permission_denied")
    users = User.objects.exclude(pk=alice.pk)
    assert list(users.values_list("email", "is_superuser")) == [("charlie@example.com", False)]
    assert charlie.password == users.get().password
