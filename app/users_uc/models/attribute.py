"""Declared attributes of users."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from users_uc.attributes.declared import (
    CHOICE_MAX_LENGTH,
    HEADER_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NAME_PATTERN,
    AttributeType,
    DeclaredAttribute,
)


class Attribute(models.Model):
    """An attribute of users, which a superuser has declared.

    A deleted attribute has `deleted_at` until its values are removed from all users. Before that
    nobody can declare another one with its name, so that no old value comes back.
    """

    name = models.CharField(
        max_length=NAME_MAX_LENGTH, unique=True,
        validators=[
            RegexValidator(
                NAME_PATTERN.replace("$", r"\Z"),
                _("A name has lower-case letters, digits and underscores, and a letter first."),
            )
        ],
        help_text="The key of the values. It cannot be changed.",
    )  # fmt: skip
    type = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in AttributeType]
    )
    choices = ArrayField(
        models.CharField(max_length=CHOICE_MAX_LENGTH), default=list, blank=True,
        help_text="The values of an attribute of the type `choice`.",
    )  # fmt: skip
    required = models.BooleanField(
        default=False,
        help_text="Whether a new user must have a value, and no value can be removed.",
    )
    label_en = models.CharField(max_length=LABEL_MAX_LENGTH, blank=True, default="")
    label_pt_br = models.CharField(max_length=LABEL_MAX_LENGTH, blank=True, default="")
    headers = ArrayField(
        models.CharField(max_length=HEADER_MAX_LENGTH), default=list, blank=True,
        help_text="Headers of columns that mean the attribute, beside its name and its labels.",
    )  # fmt: skip
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def declaration(self) -> DeclaredAttribute:
        """Return the declaration for code that knows no Django."""
        labels = {"en": self.label_en, "pt-br": self.label_pt_br}
        return DeclaredAttribute(
            name=self.name,
            type=AttributeType(self.type),
            choices=tuple(self.choices),
            required=self.required,
            headers=tuple(self.headers),
            labels={language: label for language, label in labels.items() if label},
        )
