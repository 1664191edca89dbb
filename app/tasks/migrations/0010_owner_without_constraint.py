import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tasks", "0009_importjob_queued_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importjob",
            name="owner",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="imports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
