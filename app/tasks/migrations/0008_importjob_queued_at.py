"""Small files wait for earlier ones of their owner. Jobs of earlier versions do not wait."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_message_ids")]

    operations = [
        migrations.AddField(
            "importjob", "queued_at", models.DateTimeField(db_default=Now(), null=True)
        ),
    ]
