"""Jobs store the line of the header. Jobs of earlier versions have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_own_deactivations")]

    operations = [
        migrations.AddField(
            "importjob",
            "header_line",
            models.BigIntegerField(
                help_text="The line of the file in which its header begins, counted from 1.",
                null=True,
            ),
        ),
    ]
