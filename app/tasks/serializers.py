"""Imports as JSON."""

from datetime import datetime
from math import floor
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from tasks.models import ImportJob, ImportRowError
from tasks.pipeline.codes import row_message
from tasks.pipeline.report import outcomes

FIRST_ERRORS = 20
PHASES = {
    ImportJob.Status.PENDING: "queued",
    ImportJob.Status.STARTED: "planning",
    ImportJob.Status.PROGRESS: "loading",
}


class RowErrorSerializer(serializers.ModelSerializer[ImportRowError]):
    """Why a row was refused."""

    message = serializers.SerializerMethodField()

    class Meta:
        model = ImportRowError
        fields = ("line", "record", "column", "code", "message", "value")

    def get_message(self, error: ImportRowError) -> str:
        """For a person."""
        return row_message(error.code, error.detail)


class UploadOptionsSerializer(serializers.Serializer[ImportJob]):
    """The form fields beside the file."""

    mode = serializers.ChoiceField(choices=["create"], default="create")
    on_error = serializers.ChoiceField(choices=["continue"], default="continue")


class UploadSerializer(UploadOptionsSerializer):
    """The upload as the schema shows it."""

    file = serializers.FileField()


class AcceptedSerializer(serializers.Serializer[ImportJob]):
    """What an upload answers."""

    task_id = serializers.UUIDField()
    status = serializers.CharField()
    status_url = serializers.URLField()


class Progress:
    """How far a job is: computed once, used for the document and for its ETag."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job

    @cached_property
    def rows_done(self) -> int:
        """Rows that have their answer."""
        if self.job.finished_at is not None:
            return (self.job.rows or 0) - self.job.not_loaded
        return self.job.failed + sum(outcomes(self.job.id).values())

    @property
    def version(self) -> str:
        """Changes whenever the document does."""
        job = self.job
        return f"{job.id}:{job.status}:{self.rows_done}:{job.attempts}:{job.started_at}"

    def document(self) -> dict[str, Any]:
        """{phase, rows_total, rows_done, percent, rows_per_second, eta_seconds}."""
        job, total = self.job, self.job.rows
        speed = self._rows_per_second()
        left = None if total is None or job.finished_at else total - self.rows_done
        return {
            "phase": PHASES.get(ImportJob.Status(job.status), "finished"),
            "rows_total": total,
            "rows_done": self.rows_done,
            "percent": floor(1000 * self.rows_done / total) / 10 if total else None,
            "rows_per_second": round(speed) if speed is not None else None,
            "eta_seconds": round(left / speed, 1) if left is not None and speed else None,
        }

    def _rows_per_second(self) -> float | None:
        """Of the whole import at its end; before, of loading alone: refused rows come at once."""
        job = self.job
        if job.finished_at and job.started_at:
            return self.rows_done / _seconds(job.started_at, job.finished_at)
        loaded = self.rows_done - job.failed
        return (
            loaded / _seconds(job.planned_at, timezone.now()) if job.planned_at and loaded else None
        )


def _seconds(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds(), 0.001)


def job_document(job: ImportJob, request: Request, progress: Progress) -> dict[str, Any]:
    """The status document."""
    first_errors = job.row_errors.order_by("record")[:FIRST_ERRORS]
    return {
        "task_id": job.id,
        "status": job.status,
        "progress": progress.document(),
        "result": _result(job),
        "errors": RowErrorSerializer(first_errors, many=True).data,
        "error": _error(job),
        "file": {
            "name": job.file_name,
            "size": job.file_size,
            "csv_size": job.csv_size,
            "compression": job.compression or None,
            "sha256": job.sha256,
            "encoding": job.encoding,
            "delimiter": job.delimiter,
        },
        "options": job.options,
        "ignored_columns": job.ignored_columns,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "trace_id": job.trace_id,
        "links": {
            "self": reverse("task-status", [job.id], request=request),
            "errors": reverse("task-errors", [job.id], request=request),
            "failed_rows": reverse("task-failed-rows", [job.id], request=request),
        },
    }


def _result(job: ImportJob) -> dict[str, int] | None:
    """The final counts, which sum to rows; None while the job is under way."""
    if job.finished_at is None:
        return None
    names = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")
    return {"rows": job.rows or 0} | {name: getattr(job, name) for name in names}


def _error(job: ImportJob) -> dict[str, str] | None:
    return {"code": job.error_code, "message": job.error_message} if job.error_code else None


class ImportSerializer(serializers.ModelSerializer[ImportJob]):
    """A job in the history."""

    task_id = serializers.UUIDField(source="id")
    status_url = serializers.HyperlinkedIdentityField(
        view_name="task-status", lookup_url_kwarg="task_id"
    )

    class Meta:
        model = ImportJob
        fields = (
            "task_id", "status", "file_name", "file_size", "rows", "created", "updated",
            "unchanged", "skipped", "failed", "not_loaded", "created_at", "finished_at",
            "status_url",
        )  # fmt: skip
