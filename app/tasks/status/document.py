"""The status document of an import and its ETag."""

import hashlib
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from tasks.messages import job_error
from tasks.models import ImportJob
from tasks.options import Options, unknown_options
from tasks.status.job_warnings import JobWarning, job_warnings
from tasks.status.progress import PHASES, Progress
from tasks.status.query import JobStatus
from tasks.status.serializers import OUTCOME_HELP, OUTCOMES, RowErrorSerializer
from tasks.status.upload import FileSerializer, OptionsSerializer, help_text


@extend_schema_serializer(component_name="ImportProgress")
class ProgressSerializer(serializers.Serializer[Progress]):
    """The progress of an import."""

    phase = serializers.ChoiceField(choices=PHASES, help_text="The stage of the import.")
    rows_total = serializers.IntegerField(
        allow_null=True, help_text="The number of data rows. Null until the file is planned."
    )
    rows_done = serializers.IntegerField(
        help_text="The number of rows that are rejected or loaded so far."
    )
    percent = serializers.FloatField(
        allow_null=True, help_text="`rows_done` as a percentage of `rows_total`, rounded down."
    )
    rows_per_second = serializers.IntegerField(
        allow_null=True, help_text="The speed of the import. Null until rows are loaded."
    )
    eta_seconds = serializers.FloatField(
        allow_null=True,
        help_text="The estimated number of seconds until the end. Null if it is unknown, and after "
        "the end.",
    )


@extend_schema_serializer(component_name="ImportResult")
class ResultSerializer(serializers.Serializer[ImportJob]):
    """The counts of an import that has ended. The other counts sum to `rows`."""

    rows = serializers.SerializerMethodField()
    created = serializers.IntegerField(help_text=help_text("created"))
    updated = serializers.IntegerField(help_text=help_text("updated"))
    unchanged = serializers.IntegerField(help_text=help_text("unchanged"))
    skipped = serializers.IntegerField(help_text=help_text("skipped"))
    failed = serializers.IntegerField(help_text=help_text("failed"))
    not_loaded = serializers.IntegerField(help_text=help_text("not_loaded"))

    def get_rows(self, job: ImportJob) -> int:
        """The number of data rows; 0 if the file was never planned."""
        return job.rows or 0


@extend_schema_serializer(component_name="ImportFailure")
class FailureSerializer(serializers.Serializer[ImportJob]):
    """The error of an import that failed as a whole."""

    code = serializers.CharField(
        source="error_code", help_text="The stable code of the error, for programs."
    )
    message = serializers.SerializerMethodField()

    def get_message(self, job: ImportJob) -> str:
        """The error in the language of the request, and how to correct it."""
        return job_error(job)


@extend_schema_serializer(component_name="ImportWarning")
class WarningSerializer(serializers.Serializer[JobWarning]):
    """A warning about an import, in the language of the request. It does not stop the import."""

    code = serializers.CharField(
        help_text="`encoding_guessed`: the encoding of the file was guessed. The message shows how "
        "some values read in it and in others. `email_verified_ignored`: the file has a column "
        "that only superusers may import. `sheets_ignored`: the workbook has other sheets, which "
        "are not imported. `emails_elsewhere`: rows have no e-mail address, and another column may "
        "have one. `passwords`: the import hashes plain passwords or digests, which takes time. "
        "`rows_left_out`: there are more rejected rows than are listed. `deactivated_by_user`: "
        "rows were skipped that would have activated users who deactivated their accounts."
    )
    message = serializers.CharField()


@extend_schema_serializer(component_name="ImportLinks")
class LinksSerializer(serializers.Serializer[ImportJob]):
    """The URLs of an import.

    `cancel` is there until the import has ended, `results` afterwards, and `invitations` only with
    the option `invite`.
    """

    self = serializers.URLField()
    errors = serializers.URLField()  # type: ignore[assignment]  # a field of that name
    failed_rows = serializers.URLField()
    results = serializers.URLField(required=False)
    cancel = serializers.URLField(required=False)
    invitations = serializers.URLField(required=False)

    def to_representation(self, job: ImportJob) -> dict[str, Any]:
        """Return the URLs that the import has now."""
        views = {"self": "task-status", "errors": "task-errors", "failed_rows": "task-failed-rows"}
        if job.finished_at is None:
            views["cancel"] = "task-cancel"
        else:
            views["results"] = "task-results"
        if Options.from_json(job.options).invite:
            views["invitations"] = "task-invitations"
        request = self.context["request"]
        return {name: reverse(view, [job.id], request=request) for name, view in views.items()}


@extend_schema_serializer(component_name="ImportStatus")
class StatusSerializer(serializers.ModelSerializer[ImportJob]):
    """The status of an import."""

    # The context has the request, the job's `progress` and its `first_errors`.

    task_id = serializers.UUIDField(source="id", help_text="The id of the import.")
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_null=True, help_text=OUTCOME_HELP)
    progress = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    error = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    file = FileSerializer(source="*")
    options = serializers.SerializerMethodField()
    ignored_columns = serializers.ListField(
        child=serializers.CharField(), help_text="The columns of the file that are not imported."
    )
    trace_id = serializers.CharField(help_text="The trace id of the upload; `-` if it has none.")
    links = LinksSerializer(source="*")

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "status", "outcome", "progress", "result", "errors", "error", "warnings",
            "file", "options", "ignored_columns", "attempts", "created_at", "started_at",
            "finished_at", "expired_at", "trace_id", "links",
        )  # fmt: skip

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, job: ImportJob) -> Any:
        """The progress at the time of the request."""
        return ProgressSerializer(self.context["progress"]).data

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, job: ImportJob) -> Any:
        """The final counts. Null until the import has ended."""
        return ResultSerializer(job).data if job.finished_at else None

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, job: ImportJob) -> Any:
        """The first 20 rejected rows. `links.errors` leads to all of them."""
        return RowErrorSerializer(self.context["first_errors"], many=True).data

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_error(self, job: ImportJob) -> Any:
        """The error of an import that failed as a whole, else null."""
        return FailureSerializer(job).data if job.error_code else None

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, job: ImportJob) -> Any:
        """The warnings so far."""
        return [WarningSerializer(warning).data for warning in job_warnings(job)]

    @extend_schema_field(OptionsSerializer)
    def get_options(self, job: ImportJob) -> Any:
        """All options of the upload. An option that was not sent has its default value."""
        known = OptionsSerializer(Options.from_json(job.options)).data
        return known | unknown_options(job.options)


def status_document(found: JobStatus, progress: Progress, request: Request | None) -> Any:
    """Return the status document. Its URLs are paths without a request."""
    context = {"request": request, "progress": progress, "first_errors": found.first_errors}
    return StatusSerializer(found.job, context=context).data


def etag(job: ImportJob, progress: Progress) -> str:
    """Return a tag that changes with the document, but not with its speed and ETA alone."""
    version = (
        *(job.id, job.status, progress.rows_done, job.attempts, job.started_at),
        *(job.passwords, job.expired_at, get_language()),
    )
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'
