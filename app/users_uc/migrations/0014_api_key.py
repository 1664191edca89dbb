"""Add API keys."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0013_mail_context"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="The program that uses the key.", max_length=100),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("imports:read", "Imports Read"),
                                ("imports:write", "Imports Write"),
                                ("users:read", "Users Read"),
                                ("users:write", "Users Write"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "secret_hash",
                    models.BinaryField(help_text="HMAC-SHA-256 of the whole key.", max_length=32),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        blank=True, help_text="Without a time, the key does not expire.", null=True
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="The time of the last use, to ten minutes.",
                        null=True,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
