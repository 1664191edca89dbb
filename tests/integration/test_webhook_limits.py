"""The limit of the number of webhooks while they are registered in parallel."""

import pytest
from django.db import transaction

from tests.threads import other_connection, while_blocked_by
from users_uc.models import User
from webhooks import registry, sealed
from webhooks.models import EventType, Webhook

INSERT = """
    INSERT INTO webhooks_webhook (url, events, secret) VALUES ('https://example.com/', '{}', '')
"""


@pytest.mark.django_db(transaction=True)
def test_parallel_registrations_are_limited(alice: User) -> None:
    """The last free place is taken by a registration that has not committed."""
    secret = sealed.seal(sealed.new_secret())
    Webhook.objects.bulk_create(
        Webhook(url="https://example.com/", events=[], secret=secret)
        for _ in range(registry.MAX_WEBHOOKS - 1)
    )
    errors: list[str] = []

    def register() -> None:
        with transaction.atomic():
            try:
                registry.create(alice, url="https://example.com/", events=list(EventType.values))
            except registry.TooManyWebhooksError as error:
                errors.append(str(error))

    with other_connection() as other:
        other.execute(registry.LOCK)
        other.execute(INSERT)
        with while_blocked_by(other, register):
            pass
    assert errors == ["There are 20 webhooks. Delete one that you do not need."]
    assert Webhook.objects.count() == registry.MAX_WEBHOOKS
