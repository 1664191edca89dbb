"""The status document of an import, and its tag."""

import hashlib
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from tasks.messages import job_error
from tasks.models import ImportJob
from tasks.options import Options
from tasks.status.job_warnings import JobWarning, job_warnings
from tasks.status.progress import PHASES, Progress
from tasks.status.serializers import RowErrorSerializer


class ProgressSerializer(serializers.Serializer[Progress]):
    """How far it is."""

    phase = serializers.ChoiceField(choices=PHASES)
    rows_total = serializers.IntegerField(allow_null=True, help_text="Null until it is planned.")
    rows_done = serializers.IntegerField(help_text="Rows that have their answer.")
    percent = serializers.FloatField(allow_null=True)
    rows_per_second = serializers.IntegerField(allow_null=True)
    eta_seconds = serializers.FloatField(allow_null=True)


class ResultSerializer(serializers.Serializer[ImportJob]):
    """The final counts: the others sum to `rows`."""

    rows = serializers.SerializerMethodField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    not_loaded = serializers.IntegerField()

    def get_rows(self, job: ImportJob) -> int:
        """None of a job that was never planned."""
        return job.rows or 0


class FailureSerializer(serializers.Serializer[ImportJob]):
    """Why the whole import failed."""

    code = serializers.CharField(source="error_code")
    message = serializers.SerializerMethodField()

    def get_message(self, job: ImportJob) -> str:
        """For a person."""
        return job_error(job)


class WarningSerializer(serializers.Serializer[JobWarning]):
    """What a user should know that no error says."""

    code = serializers.CharField(help_text="`encoding_guessed`, `passwords`.")
    message = serializers.CharField()


class FileSerializer(serializers.Serializer[ImportJob]):
    """What was sent, and how it was understood."""

    name = serializers.CharField(source="file_name")
    size = serializers.IntegerField(source="file_size")
    csv_size = serializers.IntegerField(help_text="Unpacked.")
    compression = serializers.SerializerMethodField()
    sha256 = serializers.CharField()
    encoding = serializers.CharField()
    delimiter = serializers.CharField()

    def get_compression(self, job: ImportJob) -> str | None:
        """What the CSV was packed in: `gzip` or `zip`."""
        return job.compression or None


class OptionsSerializer(serializers.Serializer[Options]):
    """All of them, also those that were left out."""

    mode = serializers.CharField()
    dry_run = serializers.BooleanField()
    on_error = serializers.CharField()
    max_errors = serializers.CharField(allow_null=True)
    delimiter = serializers.CharField(allow_null=True)
    encoding = serializers.CharField(allow_null=True)
    columns = serializers.DictField(child=serializers.CharField(allow_null=True))
    invite = serializers.BooleanField()
    language = serializers.CharField(help_text="Of the invitations.")


class LinksSerializer(serializers.Serializer[ImportJob]):
    """Where there is more; `cancel` until the import has ended, `invitations` with `invite`."""

    self = serializers.URLField()
    errors = serializers.URLField()  # type: ignore[assignment]  # a field of that name
    failed_rows = serializers.URLField()
    cancel = serializers.URLField(required=False)
    invitations = serializers.URLField(required=False)

    def to_representation(self, job: ImportJob) -> dict[str, Any]:
        """By the names of their views."""
        views = {"self": "task-status", "errors": "task-errors", "failed_rows": "task-failed-rows"}
        if job.finished_at is None:
            views["cancel"] = "task-cancel"
        if Options(**job.options).invite:
            views["invitations"] = "task-invitations"
        request = self.context["request"]
        return {name: reverse(view, [job.id], request=request) for name, view in views.items()}


class StatusSerializer(serializers.ModelSerializer[ImportJob]):
    """How an import is doing."""

    # Its context has the request, the job's `progress` and its `first_errors`.

    task_id = serializers.UUIDField(source="id")
    progress = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    error = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    file = FileSerializer(source="*")
    options = serializers.SerializerMethodField()
    ignored_columns = serializers.ListField(child=serializers.CharField())
    trace_id = serializers.CharField()
    links = LinksSerializer(source="*")

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "status", "progress", "result", "errors", "error", "warnings", "file",
            "options", "ignored_columns", "attempts", "created_at", "started_at", "finished_at",
            "expired_at", "trace_id", "links",
        )  # fmt: skip

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, job: ImportJob) -> Any:
        """As of now."""
        return ProgressSerializer(self.context["progress"]).data

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, job: ImportJob) -> Any:
        """Null while the job is under way."""
        return ResultSerializer(job).data if job.finished_at else None

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, job: ImportJob) -> Any:
        """The first refused rows."""
        return RowErrorSerializer(self.context["first_errors"], many=True).data

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_error(self, job: ImportJob) -> Any:
        """Null unless the whole import failed."""
        return FailureSerializer(job).data if job.error_code else None

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, job: ImportJob) -> Any:
        """What a user should know that no error says."""
        return [WarningSerializer(warning).data for warning in job_warnings(job)]

    @extend_schema_field(OptionsSerializer)
    def get_options(self, job: ImportJob) -> Any:
        """All of them, also those that were left out."""
        return OptionsSerializer(Options(**job.options)).data


def etag(job: ImportJob, progress: Progress) -> str:
    """Another one whenever the document is another, but not for its speed and ETA alone."""
    version = (
        *(job.id, job.status, progress.rows_done, job.attempts, job.started_at),
        *(job.passwords, job.expired_at, get_language()),
    )
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'
