"""The outbox of events: adding, claiming and retrying deliveries, and disabling their webhooks."""

import logging
import random
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from core.celery import WEBHOOKS
from core.failpoints import failpoint
from core.postgres.unlocked import delete_unlocked
from core.queueing.publish import publish
from core.telemetry.messages import trace_headers
from users_uc.mail.notices import add_webhook_notice
from webhooks.models import Delivery, EventType, Webhook
from webhooks.sender import TOTAL_SECONDS, Answer

logger = logging.getLogger(__name__)

DELIVER: Final = "webhooks.deliver"
RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 8, 9)),
)
"""The waits after each failed attempt, 24.6 hours together. A random tenth is added."""
DISABLED_AFTER: Final = timedelta(days=5)
KEPT: Final = timedelta(days=30)
"""How long a delivery is kept after its end."""
_GONE: Final = 410
_LEASE: Final = settings.RECOVER_AFTER + timedelta(seconds=TOTAL_SECONDS)
"""The time after a claim in which the worker sends the event and stores the answer, or is dead."""

# The lock makes the statement wait for a webhook that is being deleted, and then leave it out.
_ADD: Final = """
    INSERT INTO webhooks_delivery (webhook_id, event_type, data)
    SELECT id, %(type)s::varchar, %(data)s::jsonb FROM webhooks_webhook
    WHERE enabled AND %(type)s::varchar = ANY(events) FOR KEY SHARE
"""


def add(event_type: EventType, data: Mapping[str, Any]) -> bool:
    """Add the event for each webhook that subscribes to it, in the caller's transaction.

    Return whether there is one.
    """
    values = {"type": event_type.value, "data": orjson.dumps(data).decode()}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        return bool(cursor.rowcount)


def publish_delivery() -> None:
    """Queue the task that delivers events. Beat publishes it too."""
    publish(DELIVER, queue=WEBHOOKS, headers=trace_headers(linked=True))


def has_due() -> bool:
    """Return whether a delivery is due."""
    return _due().exists()


def claim(*, busy: Collection[int]) -> Delivery | None:
    """Claim a due delivery of a webhook that is not `busy`, or return `None`.

    No other worker sends it until the lease ends. A worker that dies has used an attempt.
    """
    with transaction.atomic():
        due = _due().exclude(webhook_id__in=busy).select_related("webhook")
        locked = due.select_for_update(skip_locked=True, of=("self",))
        delivery = locked.order_by("next_attempt_at").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.next_attempt_at = timezone.now() + _LEASE
            delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def record(delivery: Delivery, answer: Answer) -> None:
    """Store the answer, and when the next attempt is due."""
    with transaction.atomic():
        _while_claimed(delivery).update(**_result(delivery, answer))
        failpoint("webhook_recording")
        if answer.error:
            _note_failure(delivery, answer)
        else:
            failing = Webhook.objects.filter(pk=delivery.webhook_id, failing_since__isnull=False)
            failing.update(failing_since=None)


def abandon(delivery: Delivery, error: str) -> None:
    """End a delivery without a request."""
    failed = {"status": Delivery.Status.FAILED, "next_attempt_at": None, "finished_at": Now()}
    _while_claimed(delivery).update(**failed, last_error=error)


def redeliver(delivery: Delivery) -> bool:
    """Send an ended delivery again with the same `webhook-id`. Return `False` if it is pending."""
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(status=Delivery.Status.PENDING)
    is_ended = ended.update(
        status=Delivery.Status.PENDING, attempts=0, next_attempt_at=Now(), finished_at=None
    )
    if is_ended:
        transaction.on_commit(publish_delivery)
    return bool(is_ended)


def delete_old() -> None:
    """Delete the deliveries that ended longer ago than KEPT."""
    delete_unlocked(Delivery.objects.filter(finished_at__lt=Now() - Value(KEPT)))


def _due() -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=Delivery.Status.PENDING, next_attempt_at__lte=Now())


def _while_claimed(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row of the delivery, or no row if it was claimed again or deleted."""
    pending = Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.PENDING)
    return pending.filter(attempts=delivery.attempts)


def _result(delivery: Delivery, answer: Answer) -> dict[str, Any]:
    result: dict[str, Any] = {"last_status_code": answer.status, "last_error": answer.error}
    if answer.error and answer.status != _GONE and delivery.attempts <= len(RETRIES):
        wait = RETRIES[delivery.attempts - 1] * random.uniform(1, 1.1)  # noqa: S311  (no secret)
        return result | {"next_attempt_at": Now() + Value(wait)}
    status = Delivery.Status.FAILED if answer.error else Delivery.Status.SUCCEEDED
    return result | {"status": status, "next_attempt_at": None, "finished_at": Now()}


def _note_failure(delivery: Delivery, answer: Answer) -> None:
    """Note since when the webhook fails, and disable one that is gone or fails for 5 days."""
    locked = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id)
    webhook = locked.filter(enabled=True).first()
    if webhook is None:
        return
    webhook.failing_since = webhook.failing_since or timezone.now()
    if answer.status == _GONE:
        _disable(webhook, Webhook.Disabled.GONE)
    elif timezone.now() - webhook.failing_since >= DISABLED_AFTER:
        _disable(webhook, Webhook.Disabled.FAILING)
    webhook.save(update_fields=["failing_since", "enabled", "disabled_reason"])


def _disable(webhook: Webhook, reason: Webhook.Disabled) -> None:
    webhook.enabled, webhook.disabled_reason = False, reason
    logger.warning("Webhook %s is disabled: %s", webhook.pk, reason.value)
    if webhook.owner_id is not None:
        context = {"webhook_id": webhook.pk, "reason": reason.value}
        add_webhook_notice(webhook.owner_id, language=webhook.language, context=context)
