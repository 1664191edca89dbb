"""Serializer fields for what a person has."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from users_uc.emails import InvalidEmailError, normalise
from users_uc.models import User
from users_uc.text import CONTROL_CHARACTERS, PASSWORD_MAX_LENGTH, has_control_character


class TextField(serializers.CharField):
    """A text and nothing else: DRF makes one of a number."""

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed unless told otherwise."""
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class StrictBooleanField(serializers.BooleanField):
    """True or false and nothing else: DRF takes 0, "no" and many more for one of them."""

    def to_internal_value(self, data: Any) -> bool:
        """As it was sent."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "format": "email", "maxLength": 254})
class EmailField(TextField):
    """An address in its one spelling, before any uniqueness check sees it."""

    default_error_messages = {"invalid": _("Enter a valid e-mail address.")}

    def to_internal_value(self, data: Any) -> str:
        """The normalised address."""
        try:
            return normalise(super().to_internal_value(data))
        except InvalidEmailError:
            self.fail("invalid")


class UserTextField(TextField):
    """A name or a phone: free text without control characters."""

    default_error_messages = {"control_character": _("Control characters are not allowed.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pattern = f"^[^{CONTROL_CHARACTERS}]+$"  # or blank, which drf-spectacular adds
        shown = {"type": "string", "maxLength": kwargs["max_length"], "pattern": pattern}
        set_override(self, "field", shown)

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed."""
        text = super().to_internal_value(data)
        if has_control_character(text):
            self.fail("control_character")
        return text


def password_field(*, required: bool = True) -> TextField:
    """Write-only; bounded before anything is hashed; spaces belong to the password."""
    return TextField(
        write_only=True,
        required=required,
        max_length=PASSWORD_MAX_LENGTH,
        trim_whitespace=False,
        style={"input_type": "password"},
    )


def check_password_strength(password: str, user: User, *, field: str) -> None:
    """Django's password validators, as the error of `field`."""
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        details = [
            serializers.ErrorDetail(" ".join(e.messages), code=e.code or "weak_password")
            for e in error.error_list
        ]
        raise serializers.ValidationError({field: details}) from None
