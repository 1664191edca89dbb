"""Jobs store whether the column email_verified is imported. It is not in jobs of earlier versions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0013_importjob_encoding_guess")]

    operations = [
        migrations.AddField(
            "importjob",
            "trusts_email_verified",
            models.BooleanField(db_default=False, default=False),
        ),
    ]
