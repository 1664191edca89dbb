"""The uploaded file of an import and its options, as the status document has them."""

from typing import Any

from django.db.models import Field
from django.utils.text import format_lazy
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.workbook import WORKBOOKS


def help_text(field: str, more: str = "") -> Any:
    """Return the help text of a column, in the language in which it is then rendered."""
    column: Field[Any, Any] = ImportJob._meta.get_field(field)  # type: ignore[assignment]
    return format_lazy("{}{}", column.help_text, more)


@extend_schema_serializer(component_name="ImportFile")
class FileSerializer(serializers.Serializer[ImportJob]):
    """The uploaded file, and the dialect in which it is read."""

    name = serializers.CharField(source="file_name", help_text=help_text("file_name"))
    size = serializers.IntegerField(source="file_size", help_text=help_text("file_size"))
    csv_size = serializers.SerializerMethodField()
    format = serializers.SerializerMethodField()
    compression = serializers.SerializerMethodField()
    sha256 = serializers.CharField(help_text="The SHA-256 hash of the file as it was sent.")
    encoding = serializers.CharField(
        help_text="The encoding in which the file is read. A guess may change until the file is "
        "planned."
    )
    delimiter = serializers.CharField(help_text="The delimiter with which the file is read.")
    header_line = serializers.IntegerField(
        allow_null=True,
        help_text=help_text(
            "header_line",
            " Null for imports of earlier versions, and for a large workbook until the plan.",
        ),
    )
    sheet = serializers.SerializerMethodField()

    def get_csv_size(self, job: ImportJob) -> int | None:
        """The size of the decompressed file, or of the sheet's CSV text, in bytes.

        Null until the plan for a compressed file of more than 1 MiB, decompressed, and for a large
        workbook.
        """
        return job.csv_size or None

    def get_compression(self, job: ImportJob) -> str | None:
        """The compression of the file, `gzip` or `zip`; null if it was not compressed."""
        return None if job.is_workbook else job.compression or None

    @extend_schema_field(serializers.ChoiceField(choices=["csv", *WORKBOOKS]))
    def get_format(self, job: ImportJob) -> str:
        """The format of the file: `csv`, also if it is compressed, or `xlsx` or `ods`."""
        return job.compression if job.is_workbook else "csv"

    def get_sheet(self, job: ImportJob) -> str | None:
        """The imported sheet. Null for a CSV file, and for a large workbook until the plan."""
        return job.sheet or None


@extend_schema_serializer(component_name="ImportOptions")
class OptionsSerializer(serializers.Serializer[Options]):
    """All options of the upload. An option that was not sent has its default value."""

    mode = serializers.CharField()
    match = serializers.CharField()
    update = serializers.ListField(  # type: ignore[assignment]  # a field of that name
        child=serializers.CharField(), allow_null=True
    )
    clear_with = serializers.CharField(allow_null=True)
    date_order = serializers.CharField(allow_null=True)
    dry_run = serializers.BooleanField()
    on_error = serializers.CharField()
    max_errors = serializers.CharField(allow_null=True)
    delimiter = serializers.CharField(allow_null=True)
    encoding = serializers.CharField(allow_null=True)
    sheet = serializers.CharField(allow_null=True)
    columns = serializers.DictField(child=serializers.CharField(allow_null=True))
    invite = serializers.BooleanField()
    must_change_password = serializers.BooleanField()
    notify = serializers.BooleanField()
    client_reference = serializers.CharField(allow_null=True)
    language = serializers.CharField(help_text="The language of the invitations.")
