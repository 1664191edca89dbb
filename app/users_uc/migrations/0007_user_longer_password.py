from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0006_user_deactivated_by_user"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="password",
            field=models.CharField(db_default="!", max_length=255),
        ),
    ]
