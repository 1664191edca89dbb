"""Serializers whose reading costs little."""

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
    serializers.IntegerField,
    serializers.UUIDField,
)


class NativeSerializer[M: models.Model](serializers.ModelSerializer[M]):
    """Shows the values of its fields as they are, for core.http.json_body to write.

    DRF copies and binds every field for every serializer and turns every value into text, which
    takes longer than reading the row. For texts, numbers, truth values, times and UUIDs only.
    """

    @classmethod
    def shown_names(cls) -> list[str]:
        """Of the fields that are shown."""
        return _reader(cls)[0]

    def to_representation(self, instance: M | dict[str, Any]) -> dict[str, Any]:
        """By field; a row of `.values(*shown_names())` is that already."""
        if isinstance(instance, dict):
            return instance
        names, values = _reader(type(self))
        return dict(zip(names, values(instance), strict=True))


@cache
def _reader(
    serializer: type[serializers.ModelSerializer[Any]],
) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    """The names of the readable fields, and what reads them from an object."""
    fields = [field for field in serializer().fields.values() if not field.write_only]
    for field in fields:
        if not isinstance(field, _NATIVE):
            raise TypeError(f"{serializer.__name__}.{field.field_name} needs a form of its own.")
    return [str(f.field_name) for f in fields], attrgetter(*(str(f.source) for f in fields))
