"""Add the index that finds imports by the option `client_reference`."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [("tasks", "0020_importjob_language")]

    operations = [
        migrations.AddIndex(
            "importjob",
            models.Index(
                KT("options__client_reference"),
                condition=Q(options__has_key="client_reference"),
                name="job_client_reference",
            ),
        ),
    ]
