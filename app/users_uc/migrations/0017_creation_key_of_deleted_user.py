"""Keep the idempotency key of a user who is deleted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0016_webhook_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="creationkey",
            name="fingerprint",
            field=models.CharField(
                help_text="A keyed hash of the request's body, with the new password.",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="creationkey",
            name="user",
            field=models.ForeignKey(
                help_text="The created user, or null once the user is deleted.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
