"""The sheet of a workbook."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_importjob_trusts_email_verified")]

    operations = [
        migrations.AlterField(
            model_name="importjob",
            name="compression",
            field=models.CharField(
                blank=True,
                choices=[("gzip", "Gzip"), ("zip", "Zip"), ("xlsx", "Xlsx"), ("ods", "Ods")],
                db_default="",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="sheet",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="importjob",
            name="other_sheets",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="importjob",
            name="sheet_file",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
    ]
