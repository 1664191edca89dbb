"""The serializer fields of upload options."""

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks.options import DELIMITERS, MAX_ERRORS, UPDATABLE
from tasks.reading.decoding import canonical
from tasks.reading.header import MAX_COLUMNS
from tasks.reading.header_columns import FIELDS
from tasks.reading.header_rules import ATTRIBUTE
from tasks.reading.known_headers import HEADER_MAX_LENGTH, normalised
from users_uc.attribute_queries import declared_attributes

_DELIMITER_WORDS: Final = {
    **{delimiter: delimiter for delimiter in DELIMITERS},
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
}
_HEADER: Final = serializers.CharField(max_length=HEADER_MAX_LENGTH)


@extend_schema_field({"type": "string", "pattern": f"^({MAX_ERRORS})$"})
class MaxErrorsField(serializers.CharField):
    """A number of rows or a percentage of them, as text."""

    default_error_messages = {
        "invalid": _(
            "This is neither a number of rows nor a percentage. Send a value such as 100 or 2.5%."
        )
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not re.fullmatch(MAX_ERRORS, text):
            self.fail("invalid")
        if text.endswith("%") and Decimal(text[:-1]) > 100:
            self.fail("invalid")
        return text


@extend_schema_field({"type": "string", "examples": [";", "tab"]})
class DelimiterField(serializers.CharField):
    """A delimiter or its name."""

    default_error_messages = {
        "invalid": _(
            "This delimiter is not supported. Send one of , ; | and tab, or one of the words "
            "comma, semicolon, pipe and tab."
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)  # a tab is a delimiter

    def to_internal_value(self, data: Any) -> str:
        delimiter = _DELIMITER_WORDS.get(super().to_internal_value(data).casefold())
        if delimiter is None:
            self.fail("invalid")
        return delimiter


class EncodingField(serializers.CharField):
    """The name of an encoding."""

    default_error_messages = {
        "invalid": _(
            "This encoding is not supported. Send a name such as utf-8, windows-1252, "
            "iso-8859-15 or shift_jis."
        )
    }

    def to_internal_value(self, data: Any) -> str:
        encoding = canonical(super().to_internal_value(data))
        if encoding is None:
            self.fail("invalid")
        return encoding


def _with_attributes(fields: Sequence[str], asked: Iterable[object]) -> list[str]:
    """Return the fields, and those of the declared attributes if one of them is asked for."""
    if not any(isinstance(field, str) and field.startswith(ATTRIBUTE) for field in asked):
        return list(fields)
    return [*fields, *(ATTRIBUTE + name for name in declared_attributes())]


@extend_schema_field(OpenApiTypes.STR)
class UpdateField(serializers.CharField):
    """Fields that a file may change, separated by commas."""

    default_error_messages = {
        "invalid_choice": _(
            "An upsert cannot change the field {field}. Send one or more of {fields}."
        )
    }

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        names = [name.strip() for name in super().to_internal_value(data).split(",")]
        fields = _with_attributes(UPDATABLE, names)
        for name in names:
            if name not in fields:
                self.fail("invalid_choice", field=name, fields=", ".join(fields))
        return list(dict.fromkeys(names))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its keys, also the repeated ones."""


@extend_schema_field(OpenApiTypes.STR)
class ColumnsField(serializers.Field[dict[str, str | None], str, Any, Any]):
    """A JSON object that maps headers of the file to fields."""

    default_error_messages = {
        "invalid": _(
            "This is not a JSON object that maps headers to fields. Send an object such as "
            '{{"Mail": "email", "Fax": null}}.'
        ),
        "invalid_choice": _(
            "The header {header} is mapped to an unknown field. Send one of {fields}, or null to "
            "ignore the column."
        ),
        "duplicate_header": _(
            "The header {header} is there twice; case does not count. Send each header once."
        ),
        "duplicate_field": _("Two headers are mapped to {field}. Map only one of them."),
    }

    def to_internal_value(self, data: object) -> dict[str, str | None]:
        """Return the field of each header, or `None` if its column is ignored."""
        columns: dict[str, str | None] = {}
        headers = set[str]()
        pairs = self._pairs(data)
        fields = _with_attributes(FIELDS, [field for _, field in pairs])
        for name, field in pairs:
            header = _HEADER.run_validation(name)
            if field is not None and field not in fields:
                self.fail("invalid_choice", header=header, fields=", ".join(fields))
            if normalised(header) in headers:
                self.fail("duplicate_header", header=header)
            if field is not None and field in columns.values():
                self.fail("duplicate_field", field=field)
            columns[header] = field
            headers.add(normalised(header))
        return columns

    def _pairs(self, data: object) -> _Pairs:
        try:
            text = data if isinstance(data, str) else ""
            document = json.loads(text, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, _Pairs) or len(document) > MAX_COLUMNS:
            self.fail("invalid")
        return document
