"""Jobs store the alternatives to a guessed encoding. Jobs of earlier versions have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_importjob_header_line")]

    operations = [
        migrations.AddField("importjob", "encoding_guess", models.JSONField(null=True)),
    ]
