"""The serializer of declared attributes."""

from copy import copy
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.http.fields import ChoiceField
from core.http.known_fields import KnownFields
from users_uc import declarations
from users_uc.attributes.declared import (
    CHOICE_MAX_LENGTH,
    HEADER_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    MAX_CHOICES,
    MAX_HEADERS,
    NAME_MAX_LENGTH,
    NAME_PATTERN,
    AttributeType,
)
from users_uc.fields import StrictBooleanField, TextField, UserTextField
from users_uc.models import Attribute


class _NameField(TextField, serializers.RegexField):
    """The name of an attribute, which is fixed."""

    default_error_messages = {
        "immutable": _("The name of an attribute cannot be changed. Change its labels."),
    }

    def __init__(self) -> None:
        super().__init__(
            NAME_PATTERN,
            max_length=NAME_MAX_LENGTH,
            help_text="The key of the values. It is fixed.",
        )


class _LabelField(UserTextField):
    def __init__(self, language: str) -> None:
        super().__init__(
            max_length=LABEL_MAX_LENGTH,
            required=False,
            allow_blank=True,
            help_text=f"The name that users read in {language}.",
        )


class AttributeSerializer(KnownFields, serializers.ModelSerializer[Attribute]):
    """An attribute of users."""

    name = _NameField()
    type = ChoiceField(
        list(AttributeType), help_text="It cannot be changed while users have values."
    )
    choices = serializers.ListField(
        child=UserTextField(max_length=CHOICE_MAX_LENGTH),
        max_length=MAX_CHOICES,
        required=False,
        help_text="The values of an attribute of the type `choice`. No two of them differ only in "
        "the case of their letters. A choice that users have cannot be removed.",
    )
    required = StrictBooleanField(  # type: ignore[assignment]  # the metaclass takes it out
        required=False,
        help_text="Whether each new user must have a value, and no value can be removed.",
    )
    label = serializers.SerializerMethodField(  # type: ignore[assignment]  # the same
        help_text="The label in the language of the request, or the name if there is no label."
    )
    label_en = _LabelField("English")
    label_pt_br = _LabelField("Portuguese")
    headers = serializers.ListField(
        child=UserTextField(max_length=HEADER_MAX_LENGTH),
        max_length=MAX_HEADERS,
        required=False,
        help_text="Headers of columns that mean the attribute, beside its name and its labels.",
    )

    class Meta:
        model = Attribute
        fields = (
            *("name", "type", "choices", "required"),
            *("label", "label_en", "label_pt_br", "headers"),
        )

    def get_label(self, attribute: Attribute) -> str:
        return attribute.label(get_language() or "")

    def validate_name(self, name: str) -> str:
        """Raise `ValidationError` if the name of an existing attribute changes."""
        if self.instance is not None and name != self.instance.name:
            self.fields["name"].fail("immutable")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the values together. DRF converts the `ValidationError` of Django."""
        self._with(attrs).clean()
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Attribute:
        """Save the attribute. Raises `ConflictError`."""
        attribute = self._with(validated_data)
        declarations.save(attribute)
        return attribute

    def update(self, instance: Attribute, validated_data: dict[str, Any]) -> Attribute:
        """Save the changes. Raises `ConflictError`."""
        return self.create(validated_data)

    def _with(self, attrs: dict[str, Any]) -> Attribute:
        """Return the attribute with the values of the request, without saving it."""
        attribute = copy(self.instance) or Attribute()
        for name, value in attrs.items():
            setattr(attribute, name, value)
        return attribute
