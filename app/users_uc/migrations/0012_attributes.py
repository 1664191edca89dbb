"""Add declared attributes, and their values. The index has only users with a value."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0011_user_import_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="The key of the values. It cannot be changed.",
                        max_length=63,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{0,62}\\Z",
                                "A name has lower-case letters, digits and underscores, and a letter first.",
                            )
                        ],
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("integer", "integer"),
                            ("decimal", "decimal"),
                            ("boolean", "boolean"),
                            ("date", "date"),
                            ("choice", "choice"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=150),
                        blank=True,
                        default=list,
                        help_text="The values of an attribute of the type `choice`.",
                        size=None,
                    ),
                ),
                (
                    "required",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a new user must have a value, and no value can be removed.",
                    ),
                ),
                ("label_en", models.CharField(blank=True, default="", max_length=150)),
                ("label_pt_br", models.CharField(blank=True, default="", max_length=150)),
                (
                    "headers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255),
                        blank=True,
                        default=list,
                        help_text="Headers of columns that mean the attribute, beside its name and its labels.",
                        size=None,
                    ),
                ),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="user",
            name="attributes",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="The values of declared attributes by name, in the form of `attributes.values`.",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("attributes", {}), _negated=True),
                fields=["attributes"],
                name="user_attributes_gin",
                opclasses=["jsonb_path_ops"],
            ),
        ),
    ]
