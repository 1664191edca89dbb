from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0005_mail_by_registration"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="deactivated_by_user",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Whether the user deactivated the account. Only a superuser can "
                "reactivate it.",
            ),
        ),
    ]
