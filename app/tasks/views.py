"""The endpoints of imports."""

import hashlib
from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from core.pagination import CursorPages
from core.telemetry.subject import about
from tasks.models import ImportJob, ImportRowError
from tasks.pipeline.codes import FileError
from tasks.pipeline.enqueue import publish_job
from tasks.pipeline.failed_rows import failed_rows
from tasks.pipeline.store import store
from tasks.serializers import (
    AcceptedSerializer,
    ImportSerializer,
    Progress,
    RowErrorSerializer,
    UploadSerializer,
    job_document,
)
from tasks.uploads import BadFile, receive
from users_uc.auth import caller
from users_uc.models import User
from users_uc.permissions import IsStaff

_POLL_AFTER = "1"


class CanImport(BasePermission):
    """The permission tasks.add_importjob."""

    message = "You may not import; ask an administrator for can_import."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller has it."""
        return bool(request.user.has_perm("tasks.add_importjob"))


def visible_jobs(actor: User) -> QuerySet[ImportJob]:
    """One's own; a superuser's are all."""
    return ImportJob.objects.all() if actor.is_superuser else ImportJob.objects.filter(owner=actor)


class CSVUploadView(APIView):
    """Send a file."""

    parser_classes = [MultiPartParser]
    permission_classes = [IsAuthenticated, CanImport]

    @extend_schema(responses={204: None})
    def get(self, request: Request) -> Response:
        """204 when the caller may send a file; a proxy asks this before it reads one."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=UploadSerializer, responses={202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Store the file, queue its import, and say where to look."""
        upload, options = receive(request)
        try:
            job = store(upload, options=options, owner=caller(request))
        except FileError as error:
            raise BadFile(error.message, code=error.code) from None
        about(job.id)
        publish_job(job)
        status_url = reverse("task-status", [job.id], request=request)
        document = {"task_id": job.id, "status": job.status, "status_url": status_url}
        headers = {"Location": status_url, "Retry-After": _POLL_AFTER}
        return Response(document, status=status.HTTP_202_ACCEPTED, headers=headers)


class _JobView(APIView):
    """Something about one job; 404 for unknown ones and for others'."""

    def get_job(self) -> ImportJob:
        """The job in the address."""
        job = visible_jobs(caller(self.request)).filter(id=self.kwargs["task_id"]).first()
        if job is None:
            raise NotFound("There is no such import.")
        return job


class TaskStatusView(_JobView):
    """How an import is doing."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, task_id: str) -> Response:
        """The job, or 304 where nothing has changed since the ETag."""
        job = self.get_job()
        progress = Progress(job)
        etag = f'"{hashlib.sha256(progress.version.encode()).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        # Not ==: a proxy that compresses makes the tag a weak one, W/"...".
        if etag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if job.finished_at is None:
            headers["Retry-After"] = _POLL_AFTER
        return Response(job_document(job, request, progress), headers=headers)


class _RecordPages(CursorPages):
    page_size = 100
    max_page_size = 1000
    ordering = "record"


class TaskErrorsView(_JobView, generics.ListAPIView[ImportRowError]):
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


class FailedRowsView(_JobView):
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


class _NewestFirst(CursorPages):
    ordering = "-created_at"


class ImportsView(generics.ListAPIView[ImportJob]):
    """The history: one's own imports; a superuser's are all."""

    serializer_class = ImportSerializer
    pagination_class = _NewestFirst
    permission_classes = [IsAuthenticated, IsStaff]

    def get_queryset(self) -> QuerySet[ImportJob]:
        """Newest first."""
        return visible_jobs(caller(self.request))
