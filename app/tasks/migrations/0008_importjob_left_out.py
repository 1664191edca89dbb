"""Jobs count the rejected rows that are not kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_message_ids")]

    operations = [
        migrations.AddField("importjob", "left_out", models.BigIntegerField(db_default=0)),
    ]
