"""Add the mail about the end of an import, with the values for its template."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0012_attributes"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="context",
            field=models.JSONField(
                db_default={},
                default=dict,
                editable=False,
                help_text="Values for the template of the mail. They are no secrets.",
            ),
        ),
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
                ],
                max_length=16,
            ),
        ),
    ]
