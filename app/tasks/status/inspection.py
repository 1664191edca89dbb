"""The document of an inspection."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from tasks.intake.inspection import Column, Inspection, columns_of, proposed_columns
from tasks.messages import translate
from tasks.models import ImportJob
from tasks.reading.workbook import WORKBOOKS
from tasks.status.document import WarningSerializer
from tasks.status.job_warnings import job_warnings


@extend_schema_serializer(component_name="InspectedColumn")
class _ColumnSerializer(serializers.Serializer[Column]):
    name = serializers.CharField(help_text="The header.")
    field = serializers.CharField(
        allow_null=True,
        help_text="The field that the column is imported as, or null. `is_inactive` is "
        "`is_active`, turned round.",
    )
    samples = serializers.ListField(
        child=serializers.CharField(),
        help_text="Cells of the first rows, cut to 100 characters. Empty for a column of passwords "
        "or other secrets.",
    )


@extend_schema_serializer(component_name="InspectionError")
class _ErrorSerializer(serializers.Serializer[Inspection]):
    code = serializers.CharField(help_text="The stable code of the error, for programs.")
    message = serializers.CharField()
    columns = serializers.DictField(
        child=serializers.CharField(allow_null=True),
        allow_null=True,
        help_text="The option `columns` that the message proposes, or null.",
    )


@extend_schema_serializer(component_name="InspectedFile")
class InspectedSerializer(serializers.Serializer[Inspection]):
    """How an upload of the file would be read. Nothing is stored."""

    format = serializers.ChoiceField(
        choices=["csv", *WORKBOOKS], help_text="The format of the file."
    )
    sheet = serializers.CharField(allow_null=True, help_text="The sheet of a workbook, else null.")
    compression = serializers.CharField(
        allow_null=True, help_text="`gzip` or `zip`; null for a file that is not compressed."
    )
    encoding = serializers.CharField(
        allow_null=True,
        help_text="The encoding of the beginning. The whole file may have another one. Null if an "
        "error comes before it, as are the other values.",
    )
    delimiter = serializers.CharField(allow_null=True)
    header_line = serializers.IntegerField(
        allow_null=True, help_text="The line of the header, counted from 1."
    )
    columns = _ColumnSerializer(many=True, help_text="The columns in the order of the file.")
    mapping = serializers.DictField(
        child=serializers.CharField(),
        help_text="The imported columns: the field of each header. With an error that proposes the "
        "option `columns`, those of an upload with this option.",
    )
    ignored_columns = serializers.ListField(
        child=serializers.CharField(), help_text="The columns that are not imported."
    )
    warnings = WarningSerializer(many=True)
    error = _ErrorSerializer(
        allow_null=True, help_text="The error of an upload of this file, else null."
    )

    def to_representation(self, inspection: Inspection) -> dict[str, Any]:
        """Return the document."""
        dialect, columns = inspection.dialect, columns_of(inspection)
        is_workbook = inspection.compression in WORKBOOKS
        return {
            "format": inspection.compression if is_workbook else "csv",
            "sheet": inspection.sheet and inspection.sheet.name,
            "compression": None if is_workbook else inspection.compression or None,
            "encoding": inspection.encoding,
            "delimiter": dialect and dialect.delimiter,
            "header_line": dialect.header_line if dialect and columns else None,
            "columns": [_ColumnSerializer(column).data for column in columns],
            "mapping": {column.name: column.field for column in columns if column.field},
            "ignored_columns": list(inspection.header.ignored) if inspection.header else [],
            "warnings": [WarningSerializer(each).data for each in job_warnings(_job(inspection))],
            "error": _error(inspection),
        }


def _job(inspection: Inspection) -> ImportJob:
    """Return the job that the upload would have, with the values that its warnings read."""
    return ImportJob(
        encoding=inspection.encoding or "",
        sheet=inspection.sheet.name if inspection.sheet else "",
        other_sheets=inspection.sheet.others if inspection.sheet else [],
        ignored_columns=list(inspection.header.ignored) if inspection.header else [],
        trusts_email_verified=not inspection.rules.forbidden,
        options=inspection.options.as_json(),
        passwords=0,
        left_out=0,
        stays_inactive=0,
    )


def _error(inspection: Inspection) -> Mapping[str, Any] | None:
    if (error := inspection.error) is None:
        return None
    return {
        "code": error.code,
        "message": translate(error.message),
        "columns": proposed_columns(error),
    }
