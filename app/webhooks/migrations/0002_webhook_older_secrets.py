"""Keep each secret of a webhook until its end, also after a further rotation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="older_secrets",
            field=models.JSONField(db_default=[], default=list, editable=False),
        ),
    ]
