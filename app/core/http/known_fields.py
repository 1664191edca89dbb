"""Rejection of fields that a body may not have."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _
from rest_framework import serializers

from core.http.json_body import JSONRenderer

_MOST_NAMED: Final = 10
_NAME_LENGTH: Final = 64


def unknown_field(known: str) -> serializers.ErrorDetail:
    """Return the error of a field that is none of the known ones, which commas separate."""
    message = _("This field is unknown. Check its name, or leave it out. Known: {known}.")
    return serializers.ErrorDetail(message.format(known=known), code="unknown_field")


class KnownFields(serializers.Serializer[Any]):
    """A serializer that rejects fields of a JSON body that DRF would ignore.

    A client with a misspelt field, or with a value for a read-only one, would take the answer for
    a success. A change may have read-only fields with their stored values, so that a client can
    send back a document that it has read.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the values.

        Raises `ValidationError` with the codes `unknown_field` and `read_only_field`.
        """
        if isinstance(data, Mapping) and not hasattr(data, "lists"):  # a form has other fields too
            self._check_known(data)
        return super().to_internal_value(data)

    def _check_known(self, data: Mapping[str, Any]) -> None:
        writable = {name for name, field in self.fields.items() if not field.read_only}
        if data.keys() <= writable:
            return
        errors = list(self._unknown(data)) or list(self._read_only(data))
        if errors:
            raise serializers.ValidationError(dict(errors[:_MOST_NAMED]))

    def _unknown(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
        for name in data:
            if name not in self.fields:
                yield name[:_NAME_LENGTH], [unknown_field(known)]

    def _read_only(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the errors of read-only fields. Those of a creation have no stored value."""
        message = _("The service sets this field. Leave it out.")
        stored: Mapping[str, Any] = {}
        if self.instance is not None:
            message = _("The service sets this field. Leave it out, or send the stored value.")
            stored = orjson.loads(JSONRenderer().render(self.to_representation(self.instance)))
        for name, field in self.fields.items():
            is_stored = name in stored and _is_same(field, data.get(name), stored[name])
            if field.read_only and name in data and not is_stored:
                yield name, [serializers.ErrorDetail(message, code="read_only_field")]


def _is_same(field: serializers.Field[Any, Any, Any, Any], sent: Any, stored: Any) -> bool:
    """Return whether the value is the stored one. A time may be in any spelling."""
    if isinstance(field, serializers.DateTimeField) and isinstance(sent, str) and stored:
        try:
            return field.to_internal_value(sent) == field.to_internal_value(stored)
        except serializers.ValidationError:
            return False
    return type(sent) is type(stored) and bool(sent == stored)
