"""Serializers that render rows fast."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import models
from rest_framework import serializers

_NATIVE = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.DateTimeField,
    serializers.DictField,
    serializers.IntegerField,
    serializers.UUIDField,
)


class NativeSerializer[M: models.Model](serializers.ModelSerializer[M]):
    """A ModelSerializer that passes native values to core.http.json_body, which renders them.

    DRF copies and binds every field for each serializer and converts every value to text, which
    takes longer than reading the row. All readable fields must be of the types in _NATIVE.
    """

    @classmethod
    def shown_names(cls) -> list[str]:
        """Return the names of the readable fields."""
        return _reader(cls)[0]

    def to_representation(self, instance: M | dict[str, Any]) -> dict[str, Any]:
        """Return the values by field. `instance` may be a row of `.values(*shown_names())`."""
        if isinstance(instance, dict):
            return instance
        names, values = _reader(type(self))
        return dict(zip(names, values(instance), strict=True))


@cache
def _reader(
    serializer: type[serializers.ModelSerializer[Any]],
) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of the readable fields, and a function that reads them from an object."""
    fields = [field for field in serializer().fields.values() if not field.write_only]
    for field in fields:
        if not isinstance(field, _NATIVE):
            name = f"{serializer.__name__}.{field.field_name}"
            raise TypeError(f"{name} is not of a native type. Use a plain ModelSerializer.")
    return [str(f.field_name) for f in fields], attrgetter(*(str(f.source) for f in fields))
