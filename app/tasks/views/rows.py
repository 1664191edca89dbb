"""The refused rows of an import."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import generics, serializers, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from core.http.pagination import CursorPages
from tasks import openapi
from tasks.codes import FileError
from tasks.models import ImportJob, ImportRowError
from tasks.returning.failed_rows import charset, failed_rows
from tasks.returning.row_notes import NOT_WRITTEN
from tasks.status.serializers import RowErrorSerializer
from tasks.views.jobs import JobView


class Gone(APIException):
    """What was there is removed."""

    status_code = status.HTTP_410_GONE


def _require_kept(job: ImportJob) -> None:
    if job.expired_at is not None:
        days = settings.IMPORT_RETENTION.days
        problem = _("The file and its refused rows were kept for {days} days.")
        raise Gone(problem.format(days=days), code="expired")


class _RecordPages(CursorPages):
    page_size = 100
    max_page_size = 1000
    ordering = "record"


@openapi.task_errors
class TaskErrorsView(JobView, generics.ListAPIView[ImportRowError]):
    """Every refused row, in the file's order."""

    serializer_class = RowErrorSerializer
    pagination_class = _RecordPages

    def get_queryset(self) -> QuerySet[ImportRowError]:
        """The job's."""
        job = self.get_job()
        _require_kept(job)
        return job.row_errors.all()


class _AnyAccept(DefaultContentNegotiation):
    """For an answer that no renderer makes: errors are JSON, whatever the caller accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


def _include(request: Request) -> list[str]:
    """Which rows are wanted beside the refused ones."""
    asked = ",".join(request.query_params.getlist("include"))
    outcomes = dict.fromkeys(asked.split(",")) if asked else {}
    if not outcomes.keys() <= NOT_WRITTEN.keys():
        known = ", ".join(NOT_WRITTEN)
        problem = _("Send one or more of these, separated by commas: {known}.")
        raise serializers.ValidationError({"include": [problem.format(known=known)]})
    return list(outcomes)


class FailedRowsView(JobView):
    """The refused rows, to be corrected and sent again."""

    content_negotiation_class = _AnyAccept

    @openapi.failed_rows
    def get(self, request: Request, task_id: str) -> StreamingHttpResponse:
        """A CSV like the one that was sent, with error columns."""
        job = self.get_job()
        if job.has_secrets:
            problem = _("Rows of a file with passwords are not given back.")
            raise Gone(problem, code="had_secrets")
        _require_kept(job)
        try:
            rows = failed_rows(job, include=_include(request))
        except FileError:
            raise NotFound(_("The uploaded file is gone or damaged.")) from None
        disposition = f'attachment; filename="failed-rows-{job.id}.csv"'
        return StreamingHttpResponse(
            rows,
            content_type=f"text/csv; charset={charset(job)}",
            headers={"Content-Disposition": disposition},
        )
