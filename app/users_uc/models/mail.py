"""The outbox of mails. A row commits together with the change that it reports."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from users_uc import emails

_UNSENT = Q(sent_at=None, given_up_at=None)


class Mail(models.Model):
    """One mail to one user. The text and its link are made at sending, so no secret is stored."""

    class Kind(models.TextChoices):
        """The kind of a mail. Each kind has a template in each language."""

        ACCOUNT_EXISTS = "account_exists", _("Account exists already")
        ACTIVATION = "activation", _("Confirmation of the e-mail address")
        EMAIL_CHANGE = "email_change", _("Confirmation of a new e-mail address")
        EMAIL_CHANGED = "email_changed", _("Notice of a changed e-mail address")
        IMPORT_ENDED = "import_ended", _("End of an import")
        INVITATION = "invitation", _("Invitation")
        PASSWORD_RESET = "password_reset", _("Link for a new password")
        WEBHOOK_DISABLED = "webhook_disabled", _("Webhook disabled")

    _TO_OTHER_ADDRESSES = frozenset({Kind.EMAIL_CHANGE, Kind.EMAIL_CHANGED})
    """Kinds whose e-mail address is not the one that the user has when the mail is sent."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    language = models.CharField(max_length=8)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="mails",
        help_text="Null if a client named only the e-mail address. The user is set at sending.",
    )  # fmt: skip
    address = models.EmailField(
        max_length=emails.MAX_LENGTH, blank=True, db_default="",
        help_text="Empty if the mail goes to the user's present e-mail address.",
    )  # fmt: skip
    by_registration = models.BooleanField(
        default=False, db_default=False,
        help_text="Whether a registration caused the mail. Anybody can register an e-mail address.",
    )  # fmt: skip
    # Not a foreign key, because users_uc does not depend on tasks.
    import_id = models.UUIDField(null=True, editable=False)
    context = models.JSONField(
        default=dict, db_default={}, editable=False,
        help_text="Values for the template of the mail. They are no secrets.",
    )  # fmt: skip

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
        """Return whether the mail goes to the user who has `address` at the time of sending."""
        return bool(self.address) and self.kind not in self._TO_OTHER_ADDRESSES
