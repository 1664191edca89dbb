"""Serializers that make their fields for reading once."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import models
from rest_framework import serializers

type _Reader = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]


class CompiledSerializer[M: models.Model](serializers.ModelSerializer[M]):
    """Shows its fields as ModelSerializer does, by readers that all instances of the class share.

    DRF copies and binds every field for every serializer, which takes longer than reading a row.
    For fields that are attributes of their object and need nothing of the request.
    """

    def to_representation(self, instance: M) -> dict[str, Any]:
        """The readable fields; None is shown as it is."""
        return {
            name: None if (value := read(instance)) is None else show(value)
            for name, read, show in _readers(type(self))
        }


@cache
def _readers(serializer: type[serializers.ModelSerializer[Any]]) -> list[_Reader]:
    """Name, getter and form of each readable field."""
    fields = serializer().fields.values()
    return [
        (str(field.field_name), attrgetter(str(field.source)), field.to_representation)
        for field in fields
        if not field.write_only
    ]
