"""The order of locks. Requests that take two locks in two orders would wait for each other.

Each test holds the lock that comes first. While a request waits for it, the second one is free.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from tests.conftest import client_of
from tests.threads import other_connection, while_blocked_by
from users_uc.attribute_queries import _LOCK
from users_uc.models import Attribute, User

pytestmark = pytest.mark.django_db(transaction=True)

type Other = psycopg.Connection[Any]

LOCK_USER = "SELECT FROM users_uc_user WHERE id = %s FOR UPDATE"
FLOOR = {"name": "floor", "type": "integer"}


@pytest.fixture
def other() -> Iterator[Other]:
    """Return a second connection."""
    with other_connection() as connection:
        yield connection


@pytest.fixture
def floor(db: None) -> Attribute:
    """Declare the attribute `floor`."""
    return Attribute.objects.create(**FLOOR)


def answer_while_free(other: Other, user: User, call: Callable[[], Any]) -> Any:
    """Return the answer of a call that waits for `other`. Meanwhile the user is not locked."""
    answers: list[Any] = []
    with while_blocked_by(other, lambda: answers.append(call())):
        other.execute(f"{LOCK_USER} NOWAIT", [user.pk])
    return answers[0]


def browser_of(user: User) -> Client:
    """Return a browser that is logged in to the admin."""
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("add/", {"name": "unit", "type": "text"}),
        ("{}/change/", FLOOR | {"label_en": "Floor"}),
        ("{}/delete/", {"post": "yes"}),
        ("", {"action": "delete_selected", "_selected_action": "{}", "post": "yes"}),
    ],
    ids=["add", "change", "delete", "delete_selected"],
)
def test_the_admin_locks_declarations_before_the_superuser(
    alice: User, floor: Attribute, other: Other, page: str, form: dict[str, str]
) -> None:
    browser, url = browser_of(alice), f"/admin/users_uc/attribute/{page.format(floor.pk)}"
    body = {name: value.format(floor.pk) for name, value in form.items()}
    other.execute(_LOCK.format("").encode())
    assert answer_while_free(other, alice, lambda: browser.post(url, body)).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_locks_declarations_before_the_superuser(
    alice: User, floor: Attribute, other: Other, method: str
) -> None:
    url = "/api/v1/attributes/" if method == "post" else "/api/v1/attributes/floor/"
    body = FLOOR | {"name": "unit" if method == "post" else "floor"}
    body = {} if method == "delete" else body
    change = getattr(client_of(alice), method)
    other.execute(_LOCK.format("").encode())
    assert answer_while_free(other, alice, lambda: change(url, body)).status_code < 300


@pytest.mark.parametrize("method", ["post", "patch"])
def test_values_are_stored_with_the_lock_of_declarations_before_that_of_users(
    alice: User, floor: Attribute, other: Other, method: str
) -> None:
    url = "/api/v1/users/" if method == "post" else f"/api/v1/users/{alice.pk}/"
    body = {"attributes": {"floor": 1}} | ({"email": "d@example.com"} if method == "post" else {})
    change = getattr(client_of(alice), method)
    other.execute(_LOCK.format("").encode())
    assert answer_while_free(other, alice, lambda: change(url, body)).status_code < 300


def patch(client: APIClient, target: User) -> HttpResponse:
    return client.patch(f"/api/v1/users/{target.pk}/", {"name": "Other"})


def delete(client: APIClient, target: User) -> HttpResponse:
    return client.delete(f"/api/v1/users/{target.pk}/")


@pytest.mark.parametrize("change", [patch, delete])
def test_the_api_locks_users_in_the_order_of_their_ids(
    alice: User, charlie: User, other: Other, change: Callable[[APIClient, User], HttpResponse]
) -> None:
    """Two superusers change each other at the same time."""
    User.objects.filter(pk=charlie.pk).update(is_superuser=True)
    client = client_of(charlie)
    other.execute(LOCK_USER, [alice.pk])
    answer = answer_while_free(other, charlie, lambda: change(client, alice))
    assert answer.status_code < 300


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("{}/change/", {"email": "alice@example.com", "name": "Other", "is_active": "on"}),
        ("{}/password/", {"usable_password": "false", "unset-password": "x"}),
        ("{}/delete/", {"post": "yes"}),
        ("", {"action": "delete_selected", "_selected_action": "{}", "post": "yes"}),
        (
            "?email=alice@example.com",
            {
                "action": "delete_selected",
                "_selected_action": "0",
                "select_across": "1",
                "post": "yes",
            },
        ),
    ],
    ids=["change", "password", "delete", "delete_selected", "select_across"],
)
def test_the_admin_locks_users_in_the_order_of_their_ids(
    alice: User, charlie: User, other: Other, page: str, form: dict[str, str]
) -> None:
    User.objects.filter(pk=charlie.pk).update(is_staff=True, is_superuser=True)
    browser, url = browser_of(charlie), f"/admin/users_uc/user/{page.format(alice.pk)}"
    body = {name: value.format(alice.pk) for name, value in form.items()}
    other.execute(LOCK_USER, [alice.pk])
    assert answer_while_free(other, charlie, lambda: browser.post(url, body)).status_code == 302
