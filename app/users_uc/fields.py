"""Serializer fields of users."""

from typing import Any, Final
from unicodedata import normalize

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from users_uc import emails
from users_uc.models import User
from users_uc.text import (
    CONTROL_CHARACTERS,
    EXTERNAL_ID_MAX_LENGTH,
    PASSWORD_MAX_LENGTH,
    has_control_character,
)

_COMPOSED: Final = 4
"""Characters that become one in normal form C, at most: a letter and three marks of Greek."""


class TextField(serializers.CharField):
    """A text field that rejects numbers, which DRF would convert, and long texts at once."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text, trimmed if `trim_whitespace` is set.

        DRF would check the length after subclasses and other validators have examined the text.
        """
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        if self.max_length is not None and len(text) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return text


class StrictBooleanField(serializers.BooleanField):
    """A field that accepts only true and false. DRF would also accept 0, "no" and many others."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "format": "email", "maxLength": emails.MAX_LENGTH})
class EmailField(TextField):
    """An e-mail address, normalised before any uniqueness check."""

    default_error_messages = {"invalid": _("Enter a valid e-mail address.")}

    def to_internal_value(self, data: Any) -> str:
        try:
            return emails.normalise(super().to_internal_value(data))
        except emails.InvalidEmailError:
            self.fail("invalid")


class UserTextField(TextField):
    """A name or a phone number: free text without control characters."""

    default_error_messages = {
        "control_character": _("The text contains a control character. Remove it.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pattern = f"^[^{CONTROL_CHARACTERS}]+$"  # drf-spectacular adds the blank text
        schema = {"type": "string", "maxLength": kwargs["max_length"], "pattern": pattern}
        set_override(self, "field", schema)

    def to_internal_value(self, data: Any) -> str:
        """Return the text in normal form C, in which imports store it too."""
        if isinstance(data, str):
            if len(data.strip()) > _COMPOSED * int(self.max_length or 0):
                self.fail("max_length", max_length=self.max_length)
            data = normalize("NFC", data)  # needs quadratic time for a run of combining marks
        text = super().to_internal_value(data)
        if has_control_character(text):
            self.fail("control_character")
        return text


class ExternalIdField(UserTextField):
    """The name of a user in another system. An empty text is stored as null."""

    def __init__(self) -> None:
        super().__init__(
            max_length=EXTERNAL_ID_MAX_LENGTH, required=False, allow_blank=True, allow_null=True
        )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the text, or `None` for an empty one."""
        return super().run_validation(data) or None


def password_field(*, required: bool = True, help_text: str | None = None) -> TextField:
    """Return a write-only field that keeps spaces and limits the length before hashing."""
    return TextField(
        write_only=True,
        required=required,
        help_text=help_text,
        max_length=PASSWORD_MAX_LENGTH,
        trim_whitespace=False,
        style={"input_type": "password"},
    )


def check_password_strength(password: str, user: User, *, field: str) -> None:
    """Run Django's password validators. Raises `ValidationError` with the errors under `field`."""
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        details = [
            serializers.ErrorDetail(" ".join(e.messages), code=e.code or "weak_password")
            for e in error.error_list
        ]
        raise serializers.ValidationError({field: details}) from None
