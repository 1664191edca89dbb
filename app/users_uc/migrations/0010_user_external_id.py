"""Add the external id. Its index is partial: users without an id cost it nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0009_refresh_family_previous_client"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="external_id",
            field=models.CharField(
                blank=True,
                db_collation="C",
                help_text="The number or name by which another system knows the user.",
                max_length=255,
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("external_id",),
                name="user_external_id_unique",
            ),
        ),
    ]
