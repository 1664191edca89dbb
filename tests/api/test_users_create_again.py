"""POST users/ with an Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
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


def test_no_hash_of_a_password_is_stored(as_bob: APIClient) -> None:
    """A fast hash of the body would let a reader of the table guess the password."""
    create(as_bob, password=PASSWORD)
    with_password = CreationKey.objects.get().fingerprint
    create(as_bob, key="hr-18", email="ben@example.com")
    without = as_bob.post(URL, ANN | {"email": "cy@x.com"}, HTTP_IDEMPOTENCY_KEY="hr-19")
    assert without.status_code == 201
    CreationKey.objects.filter(key="hr-17").delete()
    User.objects.filter(email=ANN["email"]).delete()
    create(as_bob)
    assert CreationKey.objects.get(key="hr-17").fingerprint == with_password


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


def test_a_deleted_user_can_be_created_again(as_alice: APIClient) -> None:
    as_alice.delete(create(as_alice)["Location"])
    assert create(as_alice).status_code == 201


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
