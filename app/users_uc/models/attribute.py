"""Declared attributes of users."""

from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from users_uc.attributes.declared import (
    CHOICE_MAX_LENGTH,
    HEADER_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NAME_PATTERN,
    RESERVED_NAMES,
    AttributeType,
    DeclaredAttribute,
)

_NO_CHOICES: Final = _("An attribute of the type choice needs at least one choice.")
_NEEDLESS_CHOICES: Final = _("Only an attribute of the type choice has choices.")


_TYPES: Final = [
    (AttributeType.TEXT.value, _("text")),
    (AttributeType.INTEGER.value, _("integer")),
    (AttributeType.DECIMAL.value, _("decimal")),
    (AttributeType.BOOLEAN.value, _("boolean")),
    (AttributeType.DATE.value, _("date")),
    (AttributeType.CHOICE.value, _("choice")),
]


def _tidied(texts: Iterable[str]) -> list[str]:
    return [normalize("NFC", text.strip()) for text in texts]


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
        help_text=_("The key of the values. It cannot be changed."),
    )  # fmt: skip
    type = models.CharField(max_length=16, choices=_TYPES)
    choices = ArrayField(
        models.CharField(max_length=CHOICE_MAX_LENGTH), default=list, blank=True,
        help_text=_("The values of an attribute of the type `choice`."),
    )  # fmt: skip
    required = models.BooleanField(
        default=False,
        help_text=_("Whether a new user must have a value, and no value can be removed."),
    )
    label_en = models.CharField(max_length=LABEL_MAX_LENGTH, blank=True, default="")
    label_pt_br = models.CharField(max_length=LABEL_MAX_LENGTH, blank=True, default="")
    headers = ArrayField(
        models.CharField(max_length=HEADER_MAX_LENGTH), default=list, blank=True,
        help_text=_("Headers of columns that mean the attribute, beside its name and its labels."),
    )  # fmt: skip
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check the choices and tidy the texts. Raises `ValidationError`."""
        self.label_en, self.label_pt_br = _tidied([self.label_en, self.label_pt_br])
        self.choices, self.headers = _tidied(self.choices), _tidied(self.headers)
        if self.name in RESERVED_NAMES:
            message = _("This name means another field of a user. Use another name.")
            raise ValidationError({"name": ValidationError(message, "reserved_name")})
        has_choices = self.type == AttributeType.CHOICE
        if has_choices != bool(self.choices):
            message = _NO_CHOICES if has_choices else _NEEDLESS_CHOICES
            raise ValidationError({"choices": ValidationError(message, "invalid_choices")})
        if len({choice.casefold() for choice in self.choices}) < len(self.choices):
            message = _("Two choices differ only in the case of their letters, or not at all.")
            raise ValidationError({"choices": ValidationError(message, "duplicate_choice")})

    def label(self, language: str) -> str:
        """Return the label in the language, else the other label, else the name."""
        labels = [self.label_en, self.label_pt_br]
        return next(filter(None, labels[:: -1 if language == "pt-br" else 1]), self.name)

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
