"""Rejection of fields that a body may not have."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers

_MOST_NAMED: Final = 10
_NAME_LENGTH: Final = 64


class KnownFields(serializers.Serializer[Any]):
    """A serializer that rejects unknown fields of a JSON body, which DRF would ignore.

    A client with a misspelt field would take the answer for a success.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the values. Raises `ValidationError` with the code `unknown_field`."""
        if isinstance(data, Mapping) and not hasattr(data, "lists"):  # a form has other fields too
            self._check_known(data)
        return super().to_internal_value(data)

    def _check_known(self, data: Mapping[str, Any]) -> None:
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            message = _("This field is unknown. Check its name, or leave it out. Known: {known}.")
            message = message.format(known=", ".join(self.fields))
            detail = serializers.ErrorDetail(message, code="unknown_field")
            names = (name[:_NAME_LENGTH] for name in unknown[:_MOST_NAMED])
            raise serializers.ValidationError({name: [detail] for name in names})
