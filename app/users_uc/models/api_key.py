"""API keys."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """An upper bound of the actions of a key. Its owner must have the right as well."""

    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"


class ApiKey(models.Model):
    """A credential of a program, which acts for the key's owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=100, help_text=_("The program that uses the key."))
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    secret_hash = models.BinaryField(
        max_length=32, editable=False, help_text="HMAC-SHA-256 of the whole key."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Without a time, the key does not expire.")
    )
    last_used_at = models.DateTimeField(
        null=True, editable=False, help_text=_("The time of the last use, to ten minutes.")
    )

    def __str__(self) -> str:
        return self.name
