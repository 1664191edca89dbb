"""Imports as JSON, but for the status document."""

from rest_framework import serializers

from tasks.messages import row_message
from tasks.models import ImportJob, ImportRowError


class RowErrorSerializer(serializers.ModelSerializer[ImportRowError]):
    """Why a row was refused."""

    message = serializers.SerializerMethodField()

    class Meta:
        model = ImportRowError
        fields = ("line", "record", "column", "code", "message", "value")

    def get_message(self, error: ImportRowError) -> str:
        """For a person."""
        return row_message(error.code, error.detail)


class InvitationsSerializer(serializers.Serializer[ImportJob]):
    """Mails to people whom the import has created."""

    total = serializers.IntegerField(help_text="So far: people are invited as they are loaded.")
    waiting = serializers.IntegerField()
    sent = serializers.IntegerField()
    given_up = serializers.IntegerField(help_text="Refused for good, or to nobody any more.")


class _JobSerializer(serializers.ModelSerializer[ImportJob]):
    task_id = serializers.UUIDField(source="id")
    status_url = serializers.HyperlinkedIdentityField(
        view_name="task-status", lookup_url_kwarg="task_id"
    )


class AcceptedSerializer(_JobSerializer):
    """What is to be done, and where to ask how it is doing."""

    class Meta:
        model = ImportJob
        fields = ("task_id", "status", "status_url")


class ImportSerializer(_JobSerializer):
    """A job in the history."""

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "status", "file_name", "file_size", "rows", "created", "updated",
            "unchanged", "skipped", "failed", "not_loaded", "created_at", "finished_at",
            "status_url",
        )  # fmt: skip
