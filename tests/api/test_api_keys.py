"""keys/: the API keys of a user."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api_keys import client_with, client_with_key, make_key
from tests.conftest import PASSWORD, client_of
from users_uc.api_keys import registry
from users_uc.api_keys.registry import MAX_KEYS
from users_uc.api_keys.text import PATTERN
from users_uc.models import ApiKey, User

URL = "/api/v1/keys/"
UPLOAD = "/api/v1/imports/"


def new(client: APIClient, **changes: Any) -> Any:
    body = {"name": "Nightly job", "scopes": ["imports:write", "imports:read"], **changes}
    return client.post(URL, body)


def test_a_key_is_shown_once_and_stored_as_a_hash(as_bob: APIClient, bob: User) -> None:
    answer = new(as_bob)
    assert answer.status_code == 201
    document = answer.json()
    text = document.pop("key")
    assert re.fullmatch(PATTERN, text)
    assert answer["Cache-Control"] == "no-store"
    assert as_bob.get(answer["Location"]).json() == document
    assert as_bob.get(URL).json()["results"] == [document]
    assert document == {
        "id": document["id"], "name": "Nightly job", "scopes": ["imports:read", "imports:write"],
        "created_at": document["created_at"], "expires_at": None, "last_used_at": None,
    }  # fmt: skip
    stored = bytes(ApiKey.objects.get().secret_hash)
    assert len(stored) == 32
    assert stored not in text.encode()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 101}, "name", "max_length"),
        ({"scopes": []}, "scopes", "min_length"),
        ({"scopes": ["admin"]}, "scopes.0", "invalid_choice"),
        ({"scopes": "imports:write"}, "scopes", "not_a_list"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "past"),
        ({"expires_at": "soon"}, "expires_at", "invalid"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at", "overflow"),
    ],
)
def test_a_wrong_key_is_not_created(
    as_bob: APIClient, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = new(as_bob, **changes)
    assert_error(answer, 400, "invalid", **{field: code})
    assert not ApiKey.objects.exists()


def test_a_user_has_a_bounded_number_of_keys(as_bob: APIClient, bob: User, alice: User) -> None:
    for _ in range(MAX_KEYS):
        make_key(bob, "users:read")
    answer = new(as_bob)
    assert_error(answer, 409, "too_many_keys")
    assert answer.json()["error"]["message"].startswith("You have 20 API keys.")
    assert new(client_of(alice)).status_code == 201


def test_a_stolen_token_is_not_enough_to_create_a_key(bob: User, settings: Settings) -> None:
    client = client_of(bob)
    settings.RECENT_LOGIN = timedelta(seconds=-1)
    assert_error(new(client), 403, "recent_login_required")
    assert_error(
        new(client, current_password="wrong"), 400, "invalid", current_password="wrong_password"
    )
    assert new(client, current_password=PASSWORD).status_code == 201


def test_a_key_of_another_user_is_not_there(as_bob: APIClient, alice: User) -> None:
    key, _ = make_key(alice, "users:read")
    assert as_bob.get(f"{URL}{key.pk}/").status_code == 404
    assert as_bob.delete(f"{URL}{key.pk}/").status_code == 404
    assert as_bob.get(URL).json()["results"] == []
    assert ApiKey.objects.exists()


def test_a_key_creates_no_key(bob: User) -> None:
    client = client_with_key(bob, "imports:read", "imports:write", "users:read", "users:write")
    assert_error(new(client), 403, "key_not_allowed")


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int, int]]:
    """Return the message, the key and its owner of each line about keys."""
    records = [vars(each) for each in caplog.records if each.name == registry.__name__]
    return [(each["message"], each["key_id"], each["owner_id"]) for each in records]


def test_the_log_has_the_id_and_not_the_key(
    as_bob: APIClient,
    bob: User,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        answer = new(as_bob).json()
        client_with(answer["key"]).get(UPLOAD)
        as_bob.delete(f"{URL}{answer['id']}/")
    assert logged(caplog) == [
        ("API key created", answer["id"], bob.pk),
        ("API key deleted", answer["id"], bob.pk),
    ]
    secret = answer["key"].rsplit("_", 1)[1]
    assert secret not in caplog.text
    assert not any(secret in str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("way", ["deactivated", "deleted", "queryset"])
def test_the_log_has_the_keys_that_end_with_their_owner(
    bob: User,
    way: str,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    keys, owner_id = [make_key(bob, "users:read")[0].pk for _ in range(2)], bob.pk
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        if way == "deactivated":
            bob.deactivate()
        elif way == "deleted":
            bob.delete()
        else:
            User.objects.filter(pk=owner_id).delete()
    assert sorted(logged(caplog)) == [("API key deleted", key, owner_id) for key in keys]
    assert not ApiKey.objects.exists()
