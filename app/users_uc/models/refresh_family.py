"""Token families."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class RefreshFamily(models.Model):
    """The refresh tokens of one login. Exactly one of them is unused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logins"
    )
    current_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(
        max_length=32,
        default="",
        db_default="",
        blank=True,
        help_text="The token that was exchanged for the current one, at `rotated_at`.",
    )
    previous_client = models.CharField(
        max_length=64,
        default="",
        db_default="",
        blank=True,
        help_text="A keyed hash of the client that exchanged `previous_jti`.",
    )
    rotated_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.id}"
