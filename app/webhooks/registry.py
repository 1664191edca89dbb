"""The stored webhooks: registration, rotation and changes."""

import logging
from datetime import UTC, timedelta
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
MAX_SECRETS: Final = 10
"""Of one webhook. Each event has a signature of each, in one header."""
OVERLAP: Final = timedelta(hours=24)
"""How long a secret still signs after its rotation."""
_SECRETS: Final = ("secret", "previous_secret", "previous_secret_ends_at", "older_secrets")


class TooManyWebhooksError(Exception):
    """There are MAX_WEBHOOKS webhooks. The message says what to do."""


class TooManySecretsError(Exception):
    """MAX_SECRETS secrets of the webhook still sign. The message says what to do."""


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
    """Replace the secret and return the new one. The replaced one also signs for OVERLAP.

    Raises `TooManySecretsError`.
    """
    earlier = webhook.earlier_secrets()
    if len(earlier) + 1 >= MAX_SECRETS:
        message = _(
            "{count} secrets of this webhook still sign. Wait until {end}, when the oldest ends, "
            "or register a new webhook."
        )
        end = earlier[-1][1].astimezone(UTC).isoformat(timespec="seconds")
        raise TooManySecretsError(message.format(count=MAX_SECRETS, end=end))
    secret = sealed.new_secret()
    webhook.set_earlier_secrets([(webhook.secret, timezone.now() + OVERLAP), *earlier])
    webhook.secret = sealed.seal(secret)
    webhook.save(update_fields=_SECRETS)
    _log("has a new secret", webhook)
    return secret


def delete(webhook: Webhook) -> None:
    """Delete the webhook and its deliveries."""
    webhook_id = webhook.pk
    webhook.delete()
    webhook.pk = webhook_id
    _log("deleted", webhook)


def renew_secrets() -> None:
    """Delete earlier secrets that no longer sign, and encrypt the others with the newest key."""
    with transaction.atomic():
        for webhook in Webhook.objects.select_for_update(no_key=True, skip_locked=True):
            earlier = webhook.earlier_secrets()
            webhook.set_earlier_secrets([(sealed.renew(secret), end) for secret, end in earlier])
            webhook.secret = sealed.renew(webhook.secret)
            webhook.save(update_fields=_SECRETS)


def _note_enabled(webhook: Webhook) -> None:
    webhook.disabled_reason = "" if webhook.enabled else Webhook.Disabled.MANUAL
    webhook.failing_since = None


def _log(event: str, webhook: Webhook) -> None:
    logger.info("Webhook %s", event, extra={"webhook_id": webhook.pk, "enabled": webhook.enabled})
