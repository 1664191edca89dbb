"""Webhooks and deliveries in the admin, and their metrics."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.api.test_metrics import samples
from users_uc.models import User
from webhooks import registry, sealed
from webhooks.events import add_test
from webhooks.models import Delivery, Webhook

LIST = "/admin/webhooks/webhook/"
DELIVERIES = "/admin/webhooks/delivery/"


@pytest.fixture
def as_admin(alice: User) -> Client:
    """Return Alice's browser."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def webhook(alice: User) -> Webhook:
    with transaction.atomic():
        url = "https://example.com/hook"
        return registry.create(alice, url=url, events=["user.created"], description="CRM")[0]


def test_a_superuser_sees_webhooks_without_their_secrets(
    as_admin: Client, webhook: Webhook
) -> None:
    for url in (LIST, f"{LIST}{webhook.pk}/change/"):
        page = as_admin.get(url).content.decode()
        assert "CRM" in page
        assert webhook.secret not in page
        assert sealed.unseal(webhook.secret) not in page


def test_a_superuser_sees_deliveries(as_admin: Client, webhook: Webhook) -> None:
    delivery = add_test(webhook)
    delivery.refresh_from_db()
    for url in (DELIVERIES, f"{DELIVERIES}{delivery.pk}/change/"):
        assert "webhook.test" in as_admin.get(url).content.decode()


def test_the_admin_changes_no_webhook(as_admin: Client, webhook: Webhook) -> None:
    one = f"{LIST}{webhook.pk}/"
    assert as_admin.get(f"{LIST}add/").status_code == 403
    assert as_admin.post(f"{one}change/", {"url": "https://other.example/"}).status_code == 403
    assert as_admin.post(f"{one}delete/", {"post": "yes"}).status_code == 403
    webhook.refresh_from_db()
    assert webhook.url == "https://example.com/hook"


@pytest.mark.django_db(transaction=True)
def test_metrics_count_deliveries_and_disabled_webhooks(
    anonymous: APIClient, webhook: Webhook
) -> None:
    due = timezone.now() - timedelta(seconds=30)
    Delivery.objects.filter(pk=add_test(webhook).pk).update(next_attempt_at=due)
    Delivery.objects.create(webhook=webhook, event_type="x", data={}, status="failed")
    registry.change(webhook, enabled=False)
    counts = samples(anonymous, "accounts_webhook_deliveries")
    assert counts == {"pending": 1, "succeeded": 0, "failed": 1}
    disabled = samples(anonymous, "accounts_webhooks_disabled")
    assert disabled == {"manual": 1, "failing": 0, "gone": 0}
    (delay,) = samples(anonymous, "accounts_webhook_oldest_due_seconds").values()
    assert 30 <= delay < 60
