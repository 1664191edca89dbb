"""The form fields beside an uploaded file."""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.http.fields import ChoiceField
from core.http.language import CODES
from core.mails import mail_is_configured
from tasks.intake.option_fields import (
    ColumnsField,
    DelimiterField,
    EncodingField,
    MaxErrorsField,
    UpdateField,
)
from tasks.models import ImportJob
from tasks.options import (
    CLEAR_WITH_MAX_LENGTH,
    CLEARABLE,
    CLIENT_REFERENCE_MAX_LENGTH,
    DATE_ORDERS,
    UPDATABLE,
    Options,
)
from tasks.reading.header_columns import FIELDS


class ReadingOptionsSerializer(serializers.Serializer[ImportJob]):
    """The options that decide how a file is read."""

    delimiter = DelimiterField(
        default=None,
        help_text="The delimiter of the file: `,` `;` `|` or a tab, or its name `comma`, "
        "`semicolon`, `pipe` or `tab`. Without this option it is detected.",
    )
    encoding = EncodingField(
        default=None,
        help_text="The encoding of the file, such as `utf-8`, `windows-1252`, `iso-8859-15` or "
        "`shift_jis`. Without this option it is the charset of the file's Content-Type "
        "`text/csv`, and without a charset it is detected.",
    )
    sheet = serializers.CharField(
        default=None,
        max_length=255,
        trim_whitespace=False,
        help_text="The name of the sheet to import from a workbook. Without this option it is the "
        "first visible sheet.",
    )
    columns = ColumnsField(
        default=dict,
        help_text='A JSON object that maps headers of the file to fields, such as `{"Mail": '
        '"email", "Fax": null}`. `null` ignores the column. '
        f"The fields are: {', '.join(FIELDS)}, and `attributes.` with the name of an attribute.",
    )

    def options(self) -> Options:
        """Return the valid options. Raises `ValidationError` if they are not valid."""
        self.is_valid(raise_exception=True)
        validated: Mapping[str, Any] = self.validated_data
        return Options(**validated)


class UploadOptionsSerializer(ReadingOptionsSerializer):
    """The options of an upload. An option that is empty or missing has its default value."""

    mode = ChoiceField(
        choices=["create", "upsert"],
        default="create",
        help_text="`create` skips users that exist already. `upsert` changes their fields to the "
        "values of the row; an empty cell changes nothing. Staff and superusers never change.",
    )
    match = ChoiceField(
        choices=["email", "external_id"],
        default="email",
        help_text="The field by which existing users are found. With `external_id` an upsert "
        "changes the e-mail addresses of users too. A changed address is not confirmed, and all "
        "logins of its user are revoked.",
    )
    update = UpdateField(  # type: ignore[assignment]  # a field of that name
        default=None,
        help_text="The fields of existing users that an upsert may change, separated by commas: "
        f"{', '.join(UPDATABLE)}, and `attributes.` with the name of an attribute. The other "
        "columns serve only to find users and for new users. Without this option all of them "
        "change.",
    )
    clear_with = serializers.CharField(
        default=None,
        max_length=CLEAR_WITH_MAX_LENGTH,
        help_text="The text of a cell that empties its field, such as `-`. The fields are "
        f"{', '.join(CLEARABLE)} and attributes. Without this option no cell empties a field: an "
        "empty cell changes nothing.",
    )
    date_order = ChoiceField(
        choices=DATE_ORDERS,
        default=None,
        help_text="The order of a date such as `01/02/2026` or `01-02-2026` in a column of an "
        "attribute: `dmy` for the day first, `mdy` for the month first. Without this option a date "
        "in which both numbers can be the month is rejected.",
    )
    dry_run = serializers.BooleanField(
        default=False,
        help_text="With `true` no user is written. The status shows the result that the import "
        "would have had.",
    )
    on_error = ChoiceField(
        choices=["continue", "abort"],
        default="continue",
        help_text="With `abort` one rejected row fails the whole import, and no row is imported.",
    )
    max_errors = MaxErrorsField(
        default=None,
        help_text="The largest accepted number of rejected rows, such as `100`, or their largest "
        "accepted percentage, such as `2.5%`. With more rejected rows the whole import fails, and "
        "no row is imported. Without this option an import fails when more than 100,000 rows, and "
        "more than half of the rows so far, are rejected.",
    )
    invite = serializers.BooleanField(
        default=False,
        help_text="With `true` each active user that the import creates gets a mail with a link "
        "to choose a password.",
    )
    must_change_password = serializers.BooleanField(
        default=False,
        help_text="With `true` each user that the import creates must choose another password at "
        "the first login. A cell of the column `must_change_password` takes precedence.",
    )
    notify = serializers.BooleanField(
        default=False,
        help_text="With `true` the uploader gets a mail when the import ends, in the language of "
        "the upload's `Accept-Language`.",
    )
    client_reference = serializers.CharField(
        default=None,
        max_length=CLIENT_REFERENCE_MAX_LENGTH,
        help_text="Your own name of the import, such as the number of a run. The history of "
        "imports finds imports by it.",
    )
    language = ChoiceField(
        choices=CODES, default=CODES[0], help_text="The language of the invitations."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject an option `update` that names the field by which users are found."""
        if attrs["match"] in (attrs["update"] or ()):
            message = _(
                "The option match finds users by {field}, so an import cannot change it. Leave "
                "{field} out of the option update."
            ).format(field=attrs["match"])
            raise serializers.ValidationError({"update": [message]})
        return attrs

    def validate_clear_with(self, value: str | None) -> str | None:
        """Return the text in normal form C, in which cells are compared with it."""
        return value and normalize("NFC", value)

    def validate_invite(self, value: bool) -> bool:
        """Reject the option with `mail_not_set_up` if the service sends no mails."""
        return _checked_mail(value, option="invite")

    def validate_notify(self, value: bool) -> bool:
        """Reject the option with `mail_not_set_up` if the service sends no mails."""
        return _checked_mail(value, option="notify")


def _checked_mail(value: bool, *, option: str) -> bool:
    if value and not mail_is_configured():
        message = _(
            "This service sends no mails. Ask an administrator to set up a mail server, or leave "
            "the option {option} out."
        ).format(option=option)
        raise serializers.ValidationError(message, code="mail_not_set_up")
    return value


class UploadSerializer(UploadOptionsSerializer):
    """A file with its options. An option that is empty or missing has its default value."""

    file = serializers.FileField(
        help_text="A CSV file with a header row, or a workbook (`.xlsx`, `.ods`). A CSV file may "
        "be compressed with gzip, or be the only file of a zip archive."
    )


class InspectionSerializer(ReadingOptionsSerializer):
    """The beginning of a file, with the options that decide how it is read."""

    file = serializers.FileField(
        help_text="The first megabyte of the file, or all of a shorter one. It may end anywhere, "
        "also in the middle of a compressed file."
    )
