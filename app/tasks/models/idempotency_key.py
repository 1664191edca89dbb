"""The idempotency keys of uploads."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tasks.models.import_job import ImportJob


class IdempotencyKey(models.Model):
    """A user's name for an upload. The same upload under this name returns the same job."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # a hash of the file and its options
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_unique"),
        ]

    def __str__(self) -> str:
        return self.key
