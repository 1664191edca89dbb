"""The form fields beside an uploaded file."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.http.language import CODES
from core.mails import mail_is_configured
from tasks.intake.option_fields import ColumnsField, DelimiterField, EncodingField, MaxErrorsField
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.header import FIELDS


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
    encoding = EncodingField(
        default=None,
        help_text="Such as `utf-8`, `windows-1252`, `iso-8859-15`, `shift_jis`. Else detected.",
    )
    columns = ColumnsField(
        default=dict,
        help_text="A JSON object: what the file's own headers stand for "
        f"({', '.join(FIELDS)}), or null for nothing.",
    )

    invite = serializers.BooleanField(
        default=False,
        help_text="A mail to everybody who is created active, with a link to choose a password.",
    )
    language = serializers.ChoiceField(
        choices=CODES, default=CODES[0], help_text="Of the invitations."
    )

    def validate_invite(self, value: bool) -> bool:
        """`mail_not_set_up`."""
        if value and not mail_is_configured():
            problem = _("This service sends no mails; ask an administrator, or import without.")
            raise serializers.ValidationError(problem, code="mail_not_set_up")
        return value

    def options(self) -> Options:
        """What was asked for. Raises ValidationError."""
        self.is_valid(raise_exception=True)
        validated: Mapping[str, Any] = self.validated_data
        return Options(**validated)


class UploadSerializer(UploadOptionsSerializer):
    """The upload as the schema shows it."""

    file = serializers.FileField()
