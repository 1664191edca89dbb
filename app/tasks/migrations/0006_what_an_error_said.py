from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0005_row_errors_without_constraint"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="error_said",
            field=models.JSONField(help_text="For other languages; see said.py.", null=True),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="error_message",
            field=models.TextField(blank=True, default=""),
        ),
    ]
