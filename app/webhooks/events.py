"""The events: receivers of the signals of users and imports. They carry no personal data."""

from typing import Any, Final

from django.db import transaction
from django.urls import reverse

from tasks.models import ImportJob
from users_uc.signals import UserChange
from webhooks import outbox
from webhooks.models import TEST, Delivery, EventType, Webhook

_COUNTS: Final = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")


def add_user_event(change: UserChange, user_id: int, **_: Any) -> None:
    """Add the event of a changed user, in the transaction that changes the user."""
    data: dict[str, Any] = {"id": user_id}
    if change != UserChange.DELETED:
        data["links"] = {"user": reverse("user-detail", args=[user_id])}
    if outbox.add(EventType(f"user.{change}"), data):
        transaction.on_commit(outbox.publish_delivery)


def add_import_event(job: ImportJob, **_: Any) -> None:
    """Add the event of an ended import, in the transaction that ends it. Beat publishes it."""
    data = {
        "id": str(job.id),
        "status": job.status,
        "outcome": job.outcome,
        "dry_run": bool(job.options.get("dry_run")),
        "client_reference": job.options.get("client_reference"),
        "counts": {name: getattr(job, name) or 0 for name in _COUNTS},
        "links": {
            "status": reverse("task-status", args=[job.id]),
            "errors": reverse("task-errors", args=[job.id]),
        },
    }
    outbox.add(EventType.IMPORT_FINISHED, data)


def add_test(webhook: Webhook) -> Delivery:
    """Add a test event for the webhook, in the caller's transaction."""
    data = {"id": webhook.pk, "links": {"webhook": reverse("webhook-detail", args=[webhook.pk])}}
    delivery = Delivery.objects.create(webhook=webhook, event_type=TEST, data=data)
    transaction.on_commit(outbox.publish_delivery)
    return delivery
