"""The JSON documents of imports, except the status."""

from typing import Final

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from tasks.messages import row_message
from tasks.models import ImportJob, ImportRowError


@extend_schema_serializer(component_name="RejectedRow")
class RowErrorSerializer(serializers.ModelSerializer[ImportRowError]):
    """A rejected row and its first error."""

    message = serializers.SerializerMethodField()

    class Meta:
        model = ImportRowError
        fields = ("line", "record", "column", "code", "message", "value")

    def get_message(self, error: ImportRowError) -> str:
        """The error in the language of the request."""
        return row_message(error.code, error.detail)


class InvitationsSerializer(serializers.Serializer[ImportJob]):
    """The counts of the invitations that an import sends."""

    total = serializers.IntegerField(
        help_text="The number of users invited so far. Users are invited when they are loaded."
    )
    waiting = serializers.IntegerField(help_text="The number of mails that are not sent yet.")
    sent = serializers.IntegerField(help_text="The number of mails that are sent.")
    given_up = serializers.IntegerField(
        help_text="The number of abandoned mails: the mail server did not accept them, or their "
        "user may no longer get one."
    )


OUTCOMES: Final = ("complete", "partial", "nothing")
OUTCOME_HELP: Final = (
    "How much of the file is imported. A skipped row counts as imported. `complete`: every row; "
    "this is also the outcome of a file without rows. `partial`: some rows, and others are "
    "rejected or not loaded. `nothing`: no row. Null until the import has ended."
)


class _JobSerializer(serializers.ModelSerializer[ImportJob]):
    task_id = serializers.UUIDField(source="id", help_text="The id of the import.")
    status_url = serializers.HyperlinkedIdentityField(
        view_name="task-status", lookup_url_kwarg="task_id", help_text="The URL of the status."
    )


@extend_schema_serializer(component_name="AcceptedImport")
class AcceptedSerializer(_JobSerializer):
    """An accepted import and the URL of its status."""

    class Meta:
        model = ImportJob
        fields = ("task_id", "status", "status_url")


@extend_schema_serializer(component_name="ImportSummary")
class ImportSerializer(_JobSerializer):
    """An import in the history."""

    outcome = serializers.ChoiceField(
        choices=OUTCOMES, allow_null=True, read_only=True, help_text=OUTCOME_HELP
    )

    client_reference = serializers.SerializerMethodField()

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "client_reference", "status", "outcome", "file_name", "file_size", "rows",
            "created", "updated", "unchanged", "skipped", "failed", "not_loaded", "created_at",
            "finished_at", "status_url",
        )  # fmt: skip

    def get_client_reference(self, job: ImportJob) -> str | None:
        """The option `client_reference` of the upload."""
        reference: str | None = job.options.get("client_reference")
        return reference
