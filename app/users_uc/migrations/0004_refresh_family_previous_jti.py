"""Add the id of the last used refresh token, which alone has a grace period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0003_mail_given_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="refreshfamily",
            name="previous_jti",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The token that was exchanged for the current one, at `rotated_at`.",
                max_length=32,
            ),
        ),
    ]
