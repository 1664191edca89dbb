"""Serializer fields whose errors say what to send."""

from typing import Any, Final, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

_VALUE_LENGTH: Final = 64


_SPACE: Final = _("The value contains a space. In a URL, write + as %2B.")


def check_plus(value: object) -> None:
    """Raise `ValidationError` for a query parameter with a space in place of a plus sign."""
    if isinstance(value, str) and " " in value.strip():
        raise serializers.ValidationError(_SPACE, code="invalid")


class ChoiceField(serializers.ChoiceField):
    """A field with a few values, which its error names."""

    default_error_messages = {
        "invalid_choice": _('"{input}" is not one of the choices. Send one of these: {choices}.')
    }

    def fail(self, key: str, **values: Any) -> NoReturn:
        """Raise `ValidationError`. A long value is shortened."""
        if "input" in values:
            values["input"] = str(values["input"])[:_VALUE_LENGTH]
        super().fail(key, choices=", ".join(map(str, self.choices)), **values)
