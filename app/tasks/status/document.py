"""The status document of an import, and its tag."""

import hashlib
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks import status_parts as parts
from tasks.models import ImportJob
from tasks.options import Options
from tasks.status.job_warnings import job_warnings
from tasks.status.progress import Progress
from tasks.status.serializers import RowErrorSerializer


class StatusSerializer(serializers.ModelSerializer[ImportJob]):
    """How an import is doing."""

    # Its context has the request, the job's `progress` and its `first_errors`.

    task_id = serializers.UUIDField(source="id")
    progress = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    error = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    file = parts.FileSerializer(source="*")
    options = serializers.SerializerMethodField()
    ignored_columns = serializers.ListField(child=serializers.CharField())
    trace_id = serializers.CharField()
    links = parts.LinksSerializer(source="*")

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "status", "progress", "result", "errors", "error", "warnings", "file",
            "options", "ignored_columns", "attempts", "created_at", "started_at", "finished_at",
            "expired_at", "trace_id", "links",
        )  # fmt: skip

    @extend_schema_field(parts.ProgressSerializer)
    def get_progress(self, job: ImportJob) -> Any:
        """As of now."""
        return parts.ProgressSerializer(self.context["progress"]).data

    @extend_schema_field(parts.ResultSerializer(allow_null=True))
    def get_result(self, job: ImportJob) -> Any:
        """Null while the job is under way."""
        return parts.ResultSerializer(job).data if job.finished_at else None

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, job: ImportJob) -> Any:
        """The first refused rows."""
        return RowErrorSerializer(self.context["first_errors"], many=True).data

    @extend_schema_field(parts.FailureSerializer(allow_null=True))
    def get_error(self, job: ImportJob) -> Any:
        """Null unless the whole import failed."""
        return parts.FailureSerializer(job).data if job.error_code else None

    @extend_schema_field(parts.WarningSerializer(many=True))
    def get_warnings(self, job: ImportJob) -> Any:
        """What a user should know that no error says."""
        return [parts.WarningSerializer(warning).data for warning in job_warnings(job)]

    @extend_schema_field(parts.OptionsSerializer)
    def get_options(self, job: ImportJob) -> Any:
        """All of them, also those that were left out."""
        return parts.OptionsSerializer(Options(**job.options)).data


def etag(job: ImportJob, progress: Progress) -> str:
    """Another one whenever the document is another, but not for its speed and ETA alone."""
    version = (
        *(job.id, job.status, progress.rows_done, job.attempts, job.started_at),
        *(job.passwords, job.expired_at, get_language()),
    )
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'
