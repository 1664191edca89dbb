"""Add the mail about a webhook that the service has disabled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0015_creation_key"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("account_exists", "Account exists already"),
                    ("activation", "Confirmation of the e-mail address"),
                    ("email_change", "Confirmation of a new e-mail address"),
                    ("email_changed", "Notice of a changed e-mail address"),
                    ("import_ended", "End of an import"),
                    ("invitation", "Invitation"),
                    ("password_reset", "Link for a new password"),
                    ("webhook_disabled", "Webhook disabled"),
                ],
                max_length=16,
            ),
        ),
    ]
