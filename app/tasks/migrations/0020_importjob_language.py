"""Add the language of the mail about the end of an import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0019_importjob_corrects"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="language",
            field=models.CharField(db_default="en", default="en", max_length=8),
        ),
    ]
