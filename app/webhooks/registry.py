"""The stored webhooks: registration, rotation and changes."""

import logging
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from users_uc.models import User
from webhooks import sealed
from webhooks.models import Webhook

logger = logging.getLogger(__name__)

MAX_WEBHOOKS: Final = 20
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('new webhook', 0))"
"""Held by a registration, so that MAX_WEBHOOKS counts those that have not committed."""
OVERLAP: Final = timedelta(hours=24)
"""How long the previous secret still signs after a rotation."""


class TooManyWebhooksError(Exception):
    """There are MAX_WEBHOOKS webhooks. The message says what to do."""


def create(owner: User, **fields: Any) -> tuple[Webhook, str]:
    """Register a webhook in the caller's transaction, and return it and its secret.

    Raises `TooManyWebhooksError`.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    if Webhook.objects.count() >= MAX_WEBHOOKS:
        message = _("There are {count} webhooks. Delete one that you do not need.")
        raise TooManyWebhooksError(message.format(count=MAX_WEBHOOKS))
    secret = sealed.new_secret()
    language = get_language() or "en"
    webhook = Webhook(owner=owner, language=language, secret=sealed.seal(secret), **fields)
    _note_enabled(webhook)
    webhook.save()
    _log("created", webhook)
    return webhook, secret


def change(webhook: Webhook, **fields: Any) -> Webhook:
    """Save the changes. A webhook that is enabled again has no failures."""
    for name, value in fields.items():
        setattr(webhook, name, value)
    names = set(fields)
    if "enabled" in fields:
        _note_enabled(webhook)
        names |= {"disabled_reason", "failing_since"}
    webhook.save(update_fields=names)
    _log("changed", webhook)
    return webhook


def rotate(webhook: Webhook) -> str:
    """Replace the secret and return the new one. The old one also signs for OVERLAP."""
    secret = sealed.new_secret()
    webhook.previous_secret = webhook.secret
    webhook.previous_secret_ends_at = timezone.now() + OVERLAP
    webhook.secret = sealed.seal(secret)
    webhook.save(update_fields=["secret", "previous_secret", "previous_secret_ends_at"])
    _log("has a new secret", webhook)
    return secret


def delete(webhook: Webhook) -> None:
    """Delete the webhook and its deliveries."""
    webhook_id = webhook.pk
    webhook.delete()
    webhook.pk = webhook_id
    _log("deleted", webhook)


def renew_secrets() -> None:
    """Delete previous secrets that no longer sign, and encrypt the others with the newest key."""
    with transaction.atomic():
        for webhook in Webhook.objects.select_for_update(no_key=True, skip_locked=True):
            ends_at = webhook.previous_secret_ends_at
            if ends_at is not None and ends_at < timezone.now():
                webhook.previous_secret, webhook.previous_secret_ends_at = "", None
            webhook.secret = sealed.renew(webhook.secret)
            webhook.previous_secret = sealed.renew(webhook.previous_secret)
            webhook.save(update_fields=["secret", "previous_secret", "previous_secret_ends_at"])


def _note_enabled(webhook: Webhook) -> None:
    webhook.disabled_reason = "" if webhook.enabled else Webhook.Disabled.MANUAL
    webhook.failing_since = None


def _log(event: str, webhook: Webhook) -> None:
    logger.info("Webhook %s", event, extra={"webhook_id": webhook.pk, "enabled": webhook.enabled})
