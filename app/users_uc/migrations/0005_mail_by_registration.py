from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0004_refresh_family_previous_jti"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="by_registration",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether a registration caused the mail. Anybody can register an "
                "e-mail address.",
            ),
        ),
    ]
