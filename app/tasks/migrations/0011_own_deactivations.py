from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0010_owner_without_constraint"),
    ]

    operations = [
        migrations.AddField(
            model_name="importchunk",
            name="stays_inactive",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="importchunk",
            name="stays_inactive_records",
            field=models.BinaryField(db_default=b""),
        ),
        migrations.AddField(
            model_name="importjob",
            name="stays_inactive",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="skipped",
            field=models.BigIntegerField(
                default=0,
                help_text="The number of existing users that were skipped: all of them with "
                "`create`; with `upsert` staff, superusers, and users whose own deactivation the "
                "row would undo.",
            ),
        ),
    ]
