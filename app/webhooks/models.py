"""Webhooks, and the outbox of their events."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

URL_MAX_LENGTH = 500


class EventType(models.TextChoices):
    """The types of events to which a webhook subscribes."""

    IMPORT_FINISHED = "import.finished"
    USER_CREATED = "user.created"
    USER_UPDATED = "user.updated"
    USER_DEACTIVATED = "user.deactivated"
    USER_DELETED = "user.deleted"


TEST = "webhook.test"
"""The type of the event that a superuser sends to one webhook to try it."""


class Webhook(models.Model):
    """A URL that receives events."""

    class Disabled(models.TextChoices):
        """The reason why a webhook is disabled; empty if it is enabled."""

        MANUAL = "manual", _("A superuser has disabled the webhook.")
        FAILING = "failing", _("Every attempt of 5 days has failed.")
        GONE = "gone", _("The receiver has answered 410 Gone.")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="webhooks",
        help_text=_("The superuser who registered the webhook and is told when it is disabled."),
    )  # fmt: skip
    url = models.CharField(max_length=URL_MAX_LENGTH)
    events = ArrayField(models.CharField(max_length=20, choices=EventType))
    description = models.CharField(max_length=200, blank=True, db_default="", default="")
    language = models.CharField(max_length=8, db_default="en", default="en", editable=False)
    # Encrypted: see sealed.py.
    secret = models.TextField(editable=False)
    previous_secret = models.TextField(blank=True, db_default="", default="", editable=False)
    previous_secret_ends_at = models.DateTimeField(null=True, editable=False)
    # Those before the previous one that still sign: [[secret, end], ...].
    older_secrets = models.JSONField(default=list, db_default=[], editable=False)
    enabled = models.BooleanField(default=True, db_default=True)
    disabled_reason = models.CharField(
        max_length=8, choices=Disabled, blank=True, db_default="", default="", editable=False
    )
    failing_since = models.DateTimeField(
        null=True, editable=False,
        help_text=_("The time of the first failed attempt after the last successful one."),
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.description or f"{self._meta.verbose_name} {self.pk}"

    def earlier_secrets(self) -> list[tuple[str, datetime]]:
        """Return the encrypted earlier secrets that still sign, with their ends, newest first."""
        older = [(secret, datetime.fromisoformat(end)) for secret, end in self.older_secrets]
        earlier = [(self.previous_secret, self.previous_secret_ends_at), *older]
        now = timezone.now()
        return [(secret, end) for secret, end in earlier if end is not None and now < end]

    def set_earlier_secrets(self, earlier: Sequence[tuple[str, datetime]]) -> None:
        """Set the fields of earlier secrets, without saving them."""
        self.previous_secret, self.previous_secret_ends_at = earlier[0] if earlier else ("", None)
        self.older_secrets = [[secret, end.isoformat()] for secret, end in earlier[1:]]


class Delivery(models.Model):
    """One event for one webhook. The row commits together with the change that it reports."""

    class Status(models.TextChoices):
        """The states of a delivery."""

        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(
        primary_key=True, db_default=RandomUUID(), editable=False
    )
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_type = models.CharField(max_length=20)
    data = models.JSONField()
    status = models.CharField(
        max_length=9, choices=Status, db_default=Status.PENDING, default=Status.PENDING
    )
    attempts = models.PositiveSmallIntegerField(
        db_default=0, default=0, help_text=_("The number of requests to the URL.")
    )
    last_status_code = models.PositiveSmallIntegerField(
        null=True, help_text=_("The HTTP status of the last answer. Null if there was none.")
    )
    last_error = models.CharField(max_length=20, blank=True, db_default="", default="")
    next_attempt_at = models.DateTimeField(
        null=True, db_default=Now(), help_text=_("Null if no attempt follows.")
    )
    created_at = models.DateTimeField(db_default=Now(), help_text=_("The time of the event."))
    finished_at = models.DateTimeField(
        null=True, help_text=_("The time of the success or of the last failure.")
    )

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-created_at"], name="delivery_history"),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="pending"), name="delivery_due"
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False),
                name="delivery_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The header `webhook-id`, the same in each attempt and redelivery."""
        return f"msg_{self.id.hex}"
