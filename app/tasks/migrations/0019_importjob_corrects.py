"""The job that a job corrects, and an index for the history of all users."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tasks", "0018_importjob_imported_columns")]

    operations = [
        migrations.AddField("importjob", "corrects", models.UUIDField(null=True)),
        migrations.AddIndex(
            "importjob", models.Index(fields=["-created_at"], name="job_history_of_all")
        ),
        migrations.AddIndex(
            "importjob",
            models.Index(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="job_corrections"
            ),
        ),
    ]
