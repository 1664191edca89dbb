"""Delivery of events: what is sent, retried, disabled and told."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from tests.receivers import Receiver, receiving
from users_uc.mail import letters
from users_uc.models import Mail, User
from webhooks import outbox, registry, sealed, signing
from webhooks.deliver import deliver
from webhooks.events import add_test
from webhooks.models import Delivery, EventType, Webhook
from webhooks.tasks import clean_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with receiving() as receiver:
        yield receiver


def register(owner: User, url: str, **fields: Any) -> Webhook:
    with transaction.atomic():
        events = fields.pop("events", list(EventType.values))
        return registry.create(owner, url=url, events=events, **fields)[0]


def deliver_now() -> None:
    """Deliver all pending events, as if each was due."""
    Delivery.objects.filter(status="pending").update(next_attempt_at=Now())
    deliver()


@pytest.fixture
def webhook(receiver: Receiver, alice: User) -> Webhook:
    return register(alice, receiver.url)


def event_types() -> list[str]:
    return list(Delivery.objects.order_by("created_at").values_list("event_type", flat=True))


def test_each_change_of_a_user_is_an_event(webhook: Webhook, receiver: Receiver) -> None:
    user = User.objects.create_user("dana@example.com", "correct horse", name="Dana")
    user.name = "Dana D."
    user.save()
    user.save()  # no change
    user.change_password("another horse")  # no event
    user.set_can_import(allowed=True)
    user.set_can_import(allowed=True)  # no change
    user.deactivate()
    user_id = user.pk
    user.delete()
    deliver()
    events = [json.loads(body) for _, body in receiver.events]
    assert sorted(event["type"] for event in events) == [
        *("user.created", "user.deactivated", "user.deleted", "user.updated", "user.updated"),
    ]
    assert {event["data"]["id"] for event in events} == {user_id}
    assert not any(b"dana" in body.lower() for _, body in receiver.events)
    assert set(Delivery.objects.values_list("status", "last_status_code")) == {("succeeded", 204)}


def test_a_change_that_is_rolled_back_is_no_event(webhook: Webhook) -> None:
    with transaction.atomic():
        User.objects.create_user("dana@example.com")
        assert Delivery.objects.exists()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_only_enabled_webhooks_that_subscribe_get_an_event(alice: User) -> None:
    wanted = register(alice, "https://example.com/", events=["user.created"])
    register(alice, "https://example.com/", events=["user.deleted"])
    register(alice, "https://example.com/", enabled=False)
    User.objects.create_user("dana@example.com")
    assert Delivery.objects.get().webhook == wanted


def test_a_failed_attempt_is_retried_with_the_same_id(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status = 500
    delivery = add_test(webhook)
    deliver()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_status_code, delivery.last_error) == (
        *("pending", 500, "status"),
    )
    wait = delivery.next_attempt_at - timezone.now()  # type: ignore[operator]
    assert timedelta(seconds=3) < wait < timedelta(seconds=6)
    receiver.status = 204
    deliver_now()
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.status, delivery.attempts, webhook.failing_since) == ("succeeded", 2, None)
    assert receiver.ids == 2 * [delivery.message_id]
    assert len({body for _, body in receiver.events}) == 1


def test_the_retries_cover_a_day(webhook: Webhook, receiver: Receiver) -> None:
    assert sum(outbox.RETRIES, timedelta()) >= timedelta(hours=24)
    receiver.status = 503
    delivery = add_test(webhook)
    for _ in range(len(outbox.RETRIES) + 1):
        deliver_now()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.next_attempt_at) == ("failed", None)
    assert receiver.ids == (len(outbox.RETRIES) + 1) * [delivery.message_id]
    assert outbox.redeliver(delivery)
    receiver.status = 200
    deliver()
    delivery.refresh_from_db()
    assert (delivery.status, receiver.ids[-1]) == ("succeeded", delivery.message_id)


@pytest.mark.usefixtures("mail_is_configured")
@pytest.mark.parametrize(
    ("status", "days", "reason"), [(500, 4, ""), (500, 5, "failing"), (410, 0, "gone")]
)
def test_a_webhook_that_fails_is_disabled_with_a_mail(
    webhook: Webhook, receiver: Receiver, status: int, days: int, reason: str
) -> None:
    receiver.status = status
    since = timezone.now() - timedelta(days=days)
    Webhook.objects.update(failing_since=since)
    add_test(webhook)
    deliver()
    webhook.refresh_from_db()
    assert (webhook.enabled, webhook.disabled_reason) == (not reason, reason)
    assert Mail.objects.count() == bool(reason)
    if reason:
        mail = Mail.objects.select_related("user").get()
        message = letters.compose(mail)
        assert message is not None
        assert message.to == ["alice@example.com"]
        assert f"webhook {webhook.pk}" in message.body
        assert receiver.url not in message.body
    assert not django_mail.outbox


def test_an_event_of_a_disabled_webhook_is_not_sent(webhook: Webhook, receiver: Receiver) -> None:
    delivery = add_test(webhook)
    registry.change(webhook, enabled=False)
    deliver()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error) == ("failed", "disabled")
    assert not receiver.events


def test_a_slow_receiver_gets_two_requests_at_a_time(
    webhook: Webhook, receiver: Receiver, alice: User
) -> None:
    """The event of the other receiver is the newest: without a limit it is claimed last."""
    claimed: list[int] = []
    is_received = threading.Event()

    def note_claimed() -> None:
        try:
            claimed.append(webhook.deliveries.filter(status="pending", attempts=1).count())
        finally:
            connection.close()
        is_received.set()

    with receiving() as fast:
        for _ in range(4):
            add_test(webhook)
        add_test(register(alice, fast.url))
        fast.before_answer = note_claimed
        receiver.before_answer = lambda: is_received.wait(30)
        deliver()
    assert claimed == [2]
    assert len(receiver.events) == 4
    assert set(Delivery.objects.values_list("status", flat=True)) == {"succeeded"}


def test_both_secrets_sign_after_a_rotation(
    webhook: Webhook, receiver: Receiver, settings: Settings
) -> None:
    old = sealed.unseal(webhook.secret)
    new = registry.rotate(webhook)
    add_test(webhook)
    deliver()
    ((headers, body),) = receiver.events
    for secret in (old, new):
        assert Verifier(secret).verify(body, headers)["type"] == "webhook.test"
    Webhook.objects.update(previous_secret_ends_at=timezone.now() - timedelta(seconds=1))
    add_test(webhook)
    deliver()
    assert " " not in receiver.events[-1][0]["webhook-signature"]
    clean_up()
    webhook.refresh_from_db()
    assert webhook.previous_secret == ""


def verifying(secrets: list[str], receiver: Receiver) -> list[str]:
    """Return the secrets that verify the last event."""
    headers, body = receiver.events[-1]
    found = []
    for secret in secrets:
        with suppress(WebhookVerificationError):
            Verifier(secret).verify(body, headers)
            found.append(secret)
    return found


def test_each_secret_signs_until_its_end(webhook: Webhook, receiver: Receiver) -> None:
    secrets = [sealed.unseal(webhook.secret)] + [registry.rotate(webhook) for _ in range(3)]
    add_test(webhook)
    deliver()
    assert verifying(secrets, receiver) == secrets
    ended = (timezone.now() - timedelta(seconds=1)).isoformat()
    webhook.older_secrets[-1][1] = ended
    webhook.save()
    add_test(webhook)
    deliver()
    assert verifying(secrets, receiver) == secrets[1:]
    clean_up()
    webhook.refresh_from_db()
    assert [sealed.unseal(secret) for secret, _ in webhook.older_secrets] == [secrets[1]]
    add_test(webhook)
    deliver()
    assert verifying(secrets, receiver) == secrets[1:]


def test_there_is_a_bounded_number_of_secrets(webhook: Webhook) -> None:
    for _ in range(registry.MAX_SECRETS - 1):
        registry.rotate(webhook)
    with pytest.raises(registry.TooManySecretsError):
        registry.rotate(webhook)
    webhook.older_secrets[-1][1] = timezone.now().isoformat()
    registry.rotate(webhook)


def test_a_rotation_replaces_a_secret_that_no_key_reads(
    webhook: Webhook, settings: Settings, receiver: Receiver
) -> None:
    settings.SECRET_KEY = "b" * 40
    secret = registry.rotate(webhook)
    add_test(webhook)
    deliver()
    assert verifying([secret], receiver) == [secret]


def test_a_secret_survives_the_rotation_of_the_secret_key(
    webhook: Webhook, settings: Settings
) -> None:
    secret = sealed.unseal(webhook.secret)
    assert secret not in webhook.secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "b" * 40
    clean_up()
    settings.SECRET_KEY_FALLBACKS = []
    webhook.refresh_from_db()
    assert sealed.unseal(webhook.secret) == secret


def test_a_secret_that_no_key_reads_fails_the_attempt(
    webhook: Webhook, settings: Settings, receiver: Receiver
) -> None:
    settings.SECRET_KEY = "b" * 40
    delivery = add_test(webhook)
    deliver()
    delivery.refresh_from_db()
    assert delivery.last_error == "secret_unreadable"
    assert not receiver.events


def test_old_deliveries_are_deleted(webhook: Webhook) -> None:
    add_test(webhook)
    deliver()
    clean_up()
    assert Delivery.objects.count() == 1
    Delivery.objects.update(finished_at=timezone.now() - outbox.KEPT - timedelta(hours=1))
    clean_up()
    assert not Delivery.objects.exists()


def test_the_body_has_the_form_of_the_specification(webhook: Webhook) -> None:
    delivery = add_test(webhook)
    delivery.refresh_from_db()
    document = json.loads(signing.body_of(delivery))
    assert list(document) == ["type", "timestamp", "data"]
    assert document["timestamp"].endswith("Z")
