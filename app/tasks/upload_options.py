"""The form fields beside an uploaded file."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks.models import ImportJob
from tasks.pipeline.header import FIELD_OF_HEADER
from tasks.pipeline.options import DELIMITERS, Options

FIELDS: Final = tuple(dict.fromkeys(FIELD_OF_HEADER.values()))
_DELIMITER_WORDS: Final = {
    **{delimiter: delimiter for delimiter in DELIMITERS},
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
}
_HEADER: Final = serializers.CharField(max_length=1000)


class MaxErrorsField(serializers.CharField):
    """A number of rows or a percentage of them, as text."""

    default_error_messages = {
        "invalid": "Send a number of rows such as 100, or a percentage of them such as 2.5%."
    }

    def to_internal_value(self, data: Any) -> str:
        """As it was sent."""
        text = super().to_internal_value(data)
        if not re.fullmatch(r"[0-9]{1,18}|[0-9]{1,3}(\.[0-9]{1,9})?%", text):
            self.fail("invalid")
        if text.endswith("%") and Decimal(text[:-1]) > 100:
            self.fail("invalid")
        return text


class DelimiterField(serializers.CharField):
    """A character, or its name."""

    default_error_messages = {
        "invalid": "Send one of , ; | and tab, or the words comma, semicolon, pipe, tab."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)  # a tab is a value

    def to_internal_value(self, data: Any) -> str:
        """The character."""
        delimiter = _DELIMITER_WORDS.get(super().to_internal_value(data).casefold())
        if delimiter is None:
            self.fail("invalid")
        return delimiter


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with every key that it has, repeated ones too."""


@extend_schema_field(OpenApiTypes.STR)
class ColumnsField(serializers.Field[dict[str, str | None], str, Any, Any]):
    """What the file's own headers stand for, as a JSON object."""

    default_error_messages = {
        "invalid": "Send a JSON object of the file's headers and what they stand for, such as "
        '{{"Mail": "email", "Fax": null}}.',
        "invalid_choice": "{header} stands for none of the fields there are: {fields}; null is "
        "for none.",
        "duplicate_header": "{header} is there twice; headers are compared without case.",
        "duplicate_field": "Two headers stand for {field}; keep one.",
    }

    def to_internal_value(self, data: object) -> dict[str, str | None]:
        """A field, or None, by header."""
        columns: dict[str, str | None] = {}
        for name, field in self._pairs(data):
            header = _HEADER.run_validation(name)
            if field is not None and field not in FIELDS:
                self.fail("invalid_choice", header=header, fields=", ".join(FIELDS))
            if header.casefold() in map(str.casefold, columns):
                self.fail("duplicate_header", header=header)
            if field is not None and field in columns.values():
                self.fail("duplicate_field", field=field)
            columns[header] = field
        return columns

    def _pairs(self, data: object) -> _Pairs:
        try:
            text = data if isinstance(data, str) else ""
            document = json.loads(text, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, _Pairs):
            self.fail("invalid")
        return document


class UploadOptionsSerializer(serializers.Serializer[ImportJob]):
    """The options; each that is left out or empty is its default."""

    mode = serializers.ChoiceField(
        choices=["create", "upsert"],
        default="create",
        help_text="`create` skips people who exist, `upsert` updates them by cells not empty.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Answer as if, write nobody.")
    on_error = serializers.ChoiceField(
        choices=["continue", "abort"],
        default="continue",
        help_text="`abort`: one refused row, and nobody is loaded.",
    )
    max_errors = MaxErrorsField(
        default=None,
        help_text="A number of rows (`100`) or a percentage (`2.5%`): with more refused ones "
        "nobody is loaded.",
    )
    delimiter = DelimiterField(
        default=None,
        help_text="`,` `;` `|` or a tab; or `comma`, `semicolon`, `pipe`, `tab`. Else detected.",
    )
    columns = ColumnsField(
        default=dict,
        help_text="A JSON object: what the file's own headers stand for "
        f"({', '.join(FIELDS)}), or null for nothing.",
    )

    def options(self) -> Options:
        """What was asked for. Raises ValidationError."""
        self.is_valid(raise_exception=True)
        validated: Mapping[str, Any] = self.validated_data
        return Options(**validated)


class UploadSerializer(UploadOptionsSerializer):
    """The upload as the schema shows it."""

    file = serializers.FileField()
