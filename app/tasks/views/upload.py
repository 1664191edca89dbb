"""Sending a file."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from core.telemetry.subject import about
from tasks.pipeline.codes import FileError
from tasks.pipeline.enqueue import publish_job
from tasks.pipeline.store import store
from tasks.serializers import AcceptedSerializer, UploadSerializer
from tasks.uploads import BadFile, receive
from tasks.views.jobs import POLL_AFTER
from users_uc.auth import caller


class CanImport(BasePermission):
    """The permission tasks.add_importjob."""

    message = "You may not import; ask an administrator for can_import."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller has it."""
        return bool(request.user.has_perm("tasks.add_importjob"))


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
        headers = {"Location": status_url, "Retry-After": POLL_AFTER}
        return Response(document, status=status.HTTP_202_ACCEPTED, headers=headers)
