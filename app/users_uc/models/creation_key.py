"""The idempotency keys of created users."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class CreationKey(models.Model):
    """A caller's name for the creation of a user. The same request under it creates no other."""

    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(
        max_length=64, help_text="A keyed hash of the request's body, with the new password."
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The created user, or null once the user is deleted.",
    )
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="creation_key_unique"),
        ]

    def __str__(self) -> str:
        return self.key
