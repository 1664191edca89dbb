from django.db import migrations, models

# The id of the span that stored a job is not known any more: one that is valid stands for it.
FILL = """
    UPDATE tasks_importjob SET traceparent = CASE
        WHEN traceparent ~ '^[0-9a-f]{32}$'
        THEN '00-' || traceparent || '-' || substr(traceparent, 17) || '-00'
        ELSE '' END
"""


EMPTY = """
    UPDATE tasks_importjob SET traceparent = coalesce(nullif(substr(traceparent, 4, 32), ''), '-')
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        migrations.RenameField("importjob", "trace_id", "traceparent"),
        migrations.AlterField(
            model_name="importjob",
            name="traceparent",
            field=models.CharField(max_length=55),
        ),
        migrations.RunSQL(FILL, EMPTY),
    ]
