"""The refused rows of an import."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from core.pagination import CursorPages
from tasks.models import ImportRowError
from tasks.pipeline.failed_rows import failed_rows
from tasks.serializers import RowErrorSerializer
from tasks.views.jobs import JobView


class _RecordPages(CursorPages):
    page_size = 100
    max_page_size = 1000
    ordering = "record"


class TaskErrorsView(JobView, generics.ListAPIView[ImportRowError]):
    """Every refused row, in the file's order."""

    serializer_class = RowErrorSerializer
    pagination_class = _RecordPages

    def get_queryset(self) -> QuerySet[ImportRowError]:
        """The job's."""
        return self.get_job().row_errors.all()


class _AnyAccept(DefaultContentNegotiation):
    """For an answer that no renderer makes: errors are JSON, whatever the caller accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


class FailedRowsView(JobView):
    """The refused rows, to be corrected and sent again."""

    content_negotiation_class = _AnyAccept

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, task_id: str) -> StreamingHttpResponse:
        """A CSV like the one that was sent, with error columns."""
        job = self.get_job()
        try:
            rows = failed_rows(job)
        except FileNotFoundError:
            raise NotFound("The uploaded file is gone.") from None
        disposition = f'attachment; filename="failed-rows-{job.id}.csv"'
        return StreamingHttpResponse(
            rows,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )
