"""webhooks/: registration, changes and deliveries."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api_keys import client_with_key
from tests.conftest import PASSWORD
from users_uc.models import User
from webhooks.models import Delivery, Webhook
from webhooks.registry import MAX_SECRETS, MAX_WEBHOOKS

URL = "/api/v1/webhooks/"


def new(client: APIClient, **changes: Any) -> Any:
    return client.post(URL, {"url": "https://example.com/x", "events": ["user.created"]} | changes)


def test_the_secret_is_shown_once_and_stored_encrypted(as_alice: APIClient) -> None:
    answer = new(as_alice, description="CRM")
    assert answer.status_code == 201
    document = answer.json()
    secret = document.pop("secret")
    assert secret.startswith("whsec_")
    assert answer["Cache-Control"] == "no-store"
    assert as_alice.get(answer["Location"]).json() == document
    assert as_alice.get(URL).json()["results"] == [document]
    assert secret not in Webhook.objects.get().secret
    assert document == {
        "id": document["id"], "url": "https://example.com/x", "events": ["user.created"],
        "description": "CRM", "enabled": True, "disabled_reason": None, "failing_since": None,
        "previous_secret_ends_at": None, "created_at": document["created_at"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"url": "http://example.com/"}, "url", "address_refused"),
        ({"url": "https://127.0.0.1/"}, "url", "address_refused"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "url", "address_refused"),
        ({"url": "https://2130706433/"}, "url", "address_refused"),
        ({"url": "https://[::ffff:7f00:1]/"}, "url", "address_refused"),
        ({"url": "https://ann:secret@example.com/"}, "url", "credentials"),
        ({"url": "https://example.com/#x"}, "url", "fragment"),
        ({"url": "ftp://example.com/"}, "url", "invalid_url"),
        ({"url": "https:///x"}, "url", "invalid_url"),
        ({"url": "https://example.com:99999/"}, "url", "invalid_url"),
        ({"url": "https://example.com\\@127.0.0.1/"}, "url", "invalid_url"),
        ({"url": "https://example.com/\x00"}, "url", "invalid_url"),
        ({"url": "https://example.com/" + "x" * 500}, "url", "max_length"),
        ({"url": "https://example.com/" + "é" * 400}, "url", "max_length"),
        ({"url": "https://localhost/"}, "url", "address_refused"),
        ({"url": "https://[::1%25lo]/"}, "url", "invalid_host"),
        ({"url": "https://.../"}, "url", "invalid_host"),
        ({"url": "https://-/"}, "url", "invalid_host"),
        ({"url": "https://127.0.0.1./"}, "url", "invalid_host"),
        ({"url": "https://example.com/%zz"}, "url", "percent"),
        ({"url": "https://example.com/?discount=5%"}, "url", "percent"),
        ({"url": 1}, "url", "invalid"),
        ({"events": []}, "events", "min_length"),
        ({"events": ["user.born"]}, "events.0", "invalid_choice"),
        ({"enabled": "yes"}, "enabled", "invalid"),
    ],
)
def test_a_wrong_webhook_is_not_registered(
    as_alice: APIClient, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = new(as_alice, **changes)
    assert_error(answer, 400, "invalid", **{field: code})
    assert not Webhook.objects.exists()


def test_only_superusers_manage_webhooks(
    as_bob: APIClient, as_alice: APIClient, alice: User
) -> None:
    assert new(as_bob).status_code == 403
    key = client_with_key(alice, "imports:read", "imports:write", "users:read", "users:write")
    assert_error(new(key), 403, "key_not_allowed")
    assert_error(key.get(URL), 403, "key_not_allowed")


def test_there_is_a_bounded_number_of_webhooks(as_alice: APIClient) -> None:
    for _ in range(MAX_WEBHOOKS):
        assert new(as_alice).status_code == 201
    assert_error(new(as_alice), 409, "too_many_webhooks")


def test_a_stolen_token_does_not_send_events_elsewhere(
    as_alice: APIClient, settings: Settings
) -> None:
    url = f"{URL}{new(as_alice).json()['id']}/"
    settings.RECENT_LOGIN = timedelta(seconds=-1)
    assert_error(new(as_alice), 403, "recent_login_required")
    assert_error(as_alice.patch(url, {"url": "https://a.example/"}), 403, "recent_login_required")
    assert_error(as_alice.post(f"{url}rotate-secret/"), 403, "recent_login_required")
    assert as_alice.patch(url, {"events": ["user.deleted"]}).status_code == 200
    wrong, elsewhere = {"current_password": "wrong"}, {"url": "https://a.example/"}
    for answer in (
        new(as_alice, **wrong),
        as_alice.patch(url, elsewhere | wrong),
        as_alice.post(f"{url}rotate-secret/", wrong),
    ):
        assert_error(answer, 400, "invalid", current_password="wrong_password")
    own = {"current_password": PASSWORD}
    assert as_alice.patch(url, {"url": "https://a.example/"} | own).status_code == 200
    assert as_alice.post(f"{url}rotate-secret/", own).status_code == 200
    assert new(as_alice, **own).status_code == 201


def test_a_disabled_webhook_is_enabled_again(as_alice: APIClient) -> None:
    url = f"{URL}{new(as_alice).json()['id']}/"
    Webhook.objects.update(enabled=False, disabled_reason="gone")
    assert_error(as_alice.post(f"{url}test/"), 409, "webhook_disabled")
    document = as_alice.patch(url, {"enabled": True}).json()
    assert (document["enabled"], document["disabled_reason"]) == (True, None)
    assert as_alice.patch(url, {"enabled": False}).json()["disabled_reason"] == "manual"


def test_deliveries_are_listed_and_sent_again(as_alice: APIClient) -> None:
    url = f"{URL}{new(as_alice).json()['id']}/"
    answer = as_alice.post(f"{url}test/")
    assert answer.status_code == 202
    document = answer.json()
    again = f"{url}deliveries/{document['id']}/redeliver/"
    assert_error(as_alice.post(again), 409, "delivery_pending")
    Delivery.objects.update(status="failed", attempts=8)
    assert as_alice.get(f"{url}deliveries/?status=pending").json()["results"] == []
    (listed,) = as_alice.get(f"{url}deliveries/?status=failed").json()["results"]
    assert listed["webhook_id"] == document["webhook_id"]
    assert as_alice.post(again).json()["status"] == "pending"
    answer = as_alice.get(f"{url}deliveries/?status=lost")
    assert answer.status_code == 400
    assert "status" in answer.json()["error"]["fields"]


def test_a_webhook_is_deleted_with_its_deliveries(as_alice: APIClient) -> None:
    url = f"{URL}{new(as_alice).json()['id']}/"
    as_alice.post(f"{url}test/")
    assert as_alice.delete(url).status_code == 204
    assert not Delivery.objects.exists()
    for path in ("", "deliveries/"):
        assert as_alice.get(f"{url}{path}").status_code == 404
    assert as_alice.post(f"{url}test/").status_code == 404


def test_a_rotation_beyond_the_limit_is_a_409(as_alice: APIClient) -> None:
    url = f"{URL}{new(as_alice).json()['id']}/"
    first = as_alice.post(f"{url}rotate-secret/")
    assert first["Cache-Control"] == "no-store"
    assert (
        as_alice.get(url).json()["previous_secret_ends_at"]
        == (first.json()["previous_secret_ends_at"])
    )
    for _ in range(MAX_SECRETS - 2):
        assert as_alice.post(f"{url}rotate-secret/").status_code == 200
    answer = as_alice.post(f"{url}rotate-secret/")
    assert_error(answer, 409, "too_many_secrets")
    end = first.json()["previous_secret_ends_at"][:16]
    assert f"Wait until {end}" in answer.json()["error"]["message"]


def test_the_alias_names_the_stable_url(as_alice: APIClient) -> None:
    document = {"url": "https://example.com/x", "events": ["user.created"]}
    answer = as_alice.post("/api/webhooks/", document)
    assert answer["Location"] == f"http://testserver{URL}{answer.json()['id']}/"
    alias = f"/api/webhooks/{answer.json()['id']}/"
    assert as_alice.get(alias).json() == as_alice.get(answer["Location"]).json()
