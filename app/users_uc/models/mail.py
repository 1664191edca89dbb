"""Mails: a row is written with what it tells of, and sent later by a worker."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

_UNSENT = Q(sent_at=None, given_up_at=None)


class Mail(models.Model):
    """One mail to one person. Links and texts are made when it is sent: nothing secret is here."""

    class Kind(models.TextChoices):
        """What it is about; each has a template in every language."""

        ACCOUNT_EXISTS = "account_exists"
        ACTIVATION = "activation"
        EMAIL_CHANGE = "email_change"
        EMAIL_CHANGED = "email_changed"
        INVITATION = "invitation"
        PASSWORD_RESET = "password_reset"  # noqa: S105  (no password)

    _TO_OTHER_ADDRESSES = frozenset({Kind.EMAIL_CHANGE, Kind.EMAIL_CHANGED})
    """Than the one that the account has when they are sent."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    language = models.CharField(max_length=8)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="mails",
        help_text="Null where somebody typed an address: whose it is, is looked up at sending.",
    )  # fmt: skip
    address = models.EmailField(
        max_length=254, blank=True, db_default="", help_text="Empty: the user's at sending."
    )
    # No foreign key: accounts do not know imports.
    import_id = models.UUIDField(null=True, editable=False)

    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(kind="invitation"), name="mail_one_invitation"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], include=["kind", "created_at"], name="mail_due",
                condition=_UNSENT & ~Q(kind="invitation"),
            ),
            models.Index(
                fields=["due_at"], include=["kind", "created_at"], name="invitation_due",
                condition=_UNSENT & Q(kind="invitation"),
            ),
            models.Index(
                fields=["kind", "problem"], name="mail_given_up",
                condition=Q(given_up_at__isnull=False),
            ),
            models.Index(
                fields=["import_id"], condition=Q(import_id__isnull=False), name="mail_import"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_for_any_holder(self) -> bool:
        """Whether somebody typed its address: whose that is, is looked up at each sending."""
        return bool(self.address) and self.kind not in self._TO_OTHER_ADDRESSES
