"""POST users/ with an Idempotency-Key."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc import creation_keys
from users_uc.models import CreationKey, User
from users_uc.serializers import users
from users_uc.tasks import forget_creation_keys

URL = "/api/v1/users/"
ANN: dict[str, Any] = {"email": "ann@example.com", "name": "Ann"}


def create(client: APIClient, key: str = "hr-17", **changes: Any) -> Any:
    return client.post(URL, ANN | changes, HTTP_IDEMPOTENCY_KEY=key)


def test_the_same_request_creates_one_user(as_bob: APIClient) -> None:
    first, second = create(as_bob), create(as_bob)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert User.objects.filter(email=ANN["email"]).count() == 1


def test_the_answer_shows_the_present_user(as_bob: APIClient) -> None:
    url = create(as_bob)["Location"]
    as_bob.patch(url, {"name": "Ann Lee"})
    assert create(as_bob).json()["name"] == "Ann Lee"


def test_without_a_key_the_second_request_is_400(as_bob: APIClient) -> None:
    assert as_bob.post(URL, ANN).status_code == 201
    assert_error(as_bob.post(URL, ANN), 400, "invalid", email="unique")


def test_a_key_of_another_user_is_409(as_bob: APIClient) -> None:
    create(as_bob)
    assert_error(create(as_bob, email="ben@example.com"), 409, "idempotency_key_reused")
    assert not User.objects.filter(email="ben@example.com").exists()


def test_the_order_of_the_fields_does_not_matter(as_bob: APIClient) -> None:
    create(as_bob)
    again = as_bob.post(URL, dict(reversed(ANN.items())), HTTP_IDEMPOTENCY_KEY="hr-17")
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("changes", [{"password": f"other {PASSWORD}"}, {}])
def test_a_key_with_another_password_is_409(as_bob: APIClient, changes: dict[str, str]) -> None:
    """Fails if the answer tells a client that its new password was set."""
    assert create(as_bob, password=PASSWORD).status_code == 201
    assert_error(create(as_bob, **changes), 409, "idempotency_key_reused")
    assert create(as_bob, password=PASSWORD)["Idempotent-Replayed"] == "true"
    assert User.objects.get(email=ANN["email"]).check_password(PASSWORD)


def test_the_own_password_may_differ(as_bob: APIClient) -> None:
    create(as_bob)
    assert create(as_bob, current_password=PASSWORD)["Idempotent-Replayed"] == "true"


def test_the_hash_of_a_body_needs_the_secret(as_bob: APIClient, settings: Settings) -> None:
    """A hash without a key would let a reader of the table guess the password."""
    create(as_bob, password=PASSWORD)
    body = json.dumps(ANN | {"password": PASSWORD}, sort_keys=True).encode()
    fingerprint = CreationKey.objects.get().fingerprint
    assert fingerprint != hashlib.sha256(body).hexdigest()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of the service, which is long enough"
    assert create(as_bob, password=PASSWORD)["Idempotent-Replayed"] == "true"
    create(as_bob, key="hr-18", email="ben@example.com")
    settings.SECRET_KEY_FALLBACKS = []
    assert_error(create(as_bob, password=PASSWORD), 409, "idempotency_key_reused")


def test_keys_of_different_callers_are_different(as_bob: APIClient, alice: User) -> None:
    create(as_bob)
    answer = create(client_of(alice), email="ben@example.com")
    assert answer.status_code == 201


def test_a_failed_request_leaves_the_key_free(as_bob: APIClient) -> None:
    assert create(as_bob, email="nobody").status_code == 400
    assert create(as_bob).status_code == 201


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\tb"])
def test_an_invalid_key_is_400(as_bob: APIClient, key: str) -> None:
    answer = create(as_bob, key=key)
    assert_error(answer, 400, "invalid", **{"Idempotency-Key": "invalid"})
    assert not User.objects.filter(email=ANN["email"]).exists()


def test_an_expired_key_is_new_again(as_bob: APIClient) -> None:
    create(as_bob)
    CreationKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert create(as_bob, email="ben@example.com").status_code == 201
    CreationKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    forget_creation_keys()
    assert not CreationKey.objects.exists()


def test_a_repeated_request_does_not_create_a_deleted_user_again(as_alice: APIClient) -> None:
    """Fails if a client that repeats a lost request brings back what another one has deleted."""
    as_alice.delete(create(as_alice)["Location"])
    assert_error(create(as_alice), 410, "user_deleted")
    assert_error(create(as_alice, name="Other"), 409, "idempotency_key_reused")
    assert not User.objects.filter(email=ANN["email"]).exists()
    assert create(as_alice, key="hr-18").status_code == 201


def test_a_user_who_is_deleted_during_the_repeated_request_is_gone(
    as_alice: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(as_alice)
    check_new = creation_keys.check_new

    def delete_meanwhile(request: Request) -> None:
        try:
            check_new(request)
        finally:
            User.objects.filter(email=ANN["email"]).delete()

    monkeypatch.setattr(creation_keys, "check_new", delete_meanwhile)
    assert_error(create(as_alice), 410, "user_deleted")


def test_a_request_that_is_repeated_during_the_first_one_gets_its_answer(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if the user of the other request counts as a user with the same e-mail address."""
    others = []

    def create_meanwhile(*_: object) -> None:
        monkeypatch.undo()
        others.append(create(client_of(bob)))

    monkeypatch.setattr(users, "_require_allowed", create_meanwhile)
    answer = create(client_of(bob))
    assert [other.status_code for other in others] == [201]
    assert (answer.status_code, answer.json()) == (201, others[0].json())


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_create_one_user(bob: User) -> None:
    """Fails without the second check, under the lock: the loser would get a 400."""

    def attempt(_: int) -> tuple[int, int]:
        try:
            answer = create(client_of(bob))
            return answer.status_code, answer.json().get("id")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(attempt, range(4)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
