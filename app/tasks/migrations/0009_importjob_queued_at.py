"""Small files wait for earlier ones of their owner. Jobs of earlier versions do not wait."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("tasks", "0008_importjob_left_out")]

    operations = [
        migrations.AddField(
            "importjob", "queued_at", models.DateTimeField(db_default=Now(), null=True)
        ),
    ]
