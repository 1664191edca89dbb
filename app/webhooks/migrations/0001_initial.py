"""Add webhooks and the outbox of their events."""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("import.finished", "Import Finished"),
                                ("user.created", "User Created"),
                                ("user.updated", "User Updated"),
                                ("user.deactivated", "User Deactivated"),
                                ("user.deleted", "User Deleted"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "description",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                (
                    "language",
                    models.CharField(db_default="en", default="en", editable=False, max_length=8),
                ),
                ("secret", models.TextField(editable=False)),
                (
                    "previous_secret",
                    models.TextField(blank=True, db_default="", default="", editable=False),
                ),
                ("previous_secret_ends_at", models.DateTimeField(editable=False, null=True)),
                ("enabled", models.BooleanField(db_default=True, default=True)),
                (
                    "disabled_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("manual", "A superuser has disabled the webhook."),
                            ("failing", "Every attempt of 5 days has failed."),
                            ("gone", "The receiver has answered 410 Gone."),
                        ],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                (
                    "failing_since",
                    models.DateTimeField(
                        editable=False,
                        help_text="The time of the first failed attempt after the last successful one.",
                        null=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="The superuser who registered the webhook and is told when it is disabled.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("event_type", models.CharField(max_length=20)),
                ("data", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=9,
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, help_text="The number of requests to the URL."
                    ),
                ),
                (
                    "last_status_code",
                    models.PositiveSmallIntegerField(
                        help_text="The HTTP status of the last answer. Null if there was none.",
                        null=True,
                    ),
                ),
                (
                    "last_error",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="Null if no attempt follows.",
                        null=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="The time of the event.",
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(
                        help_text="The time of the success or of the last failure.", null=True
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="webhooks.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["webhook", "-created_at"], name="delivery_history"),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["next_attempt_at"],
                        name="delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("finished_at__isnull", False)),
                        fields=["finished_at"],
                        name="delivery_finished",
                    ),
                ],
            },
        ),
    ]
