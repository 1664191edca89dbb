"""Add the client that used the last token of a family, which alone has a grace period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0008_user_must_change_password"),
    ]

    operations = [
        migrations.AddField(
            model_name="refreshfamily",
            name="previous_client",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="A keyed hash of the client that exchanged `previous_jti`.",
                max_length=64,
            ),
        ),
    ]
