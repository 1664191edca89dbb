"""Sending a file."""

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failpoints import failpoint
from core.http.multipart import MultiPartParser
from core.telemetry.subject import about
from tasks import openapi
from tasks.intake.admission import IMPORT_PERMISSION
from tasks.intake.store import store
from tasks.intake.upload_request import receive, refusals
from tasks.lifecycle.enqueue import publish_job
from tasks.views.jobs import accepted
from users_uc.auth import caller


class CanImport(BasePermission):
    """IMPORT_PERMISSION."""

    message = _("You may not import; ask an administrator for can_import.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller has it."""
        return bool(request.user.has_perm(IMPORT_PERMISSION))


class CSVUploadView(APIView):
    """Send a file."""

    parser_classes = [MultiPartParser]
    permission_classes = [IsAuthenticated, CanImport]

    @openapi.upload_check
    def get(self, request: Request) -> Response:
        """204 when the caller may send a file; a proxy asks this before it reads one."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    @openapi.upload
    def post(self, request: Request) -> Response:
        """Store the file, queue its import, and say where to look."""
        with refusals():
            upload = receive(request)
            job, new = store(
                upload.file, options=upload.options, owner=caller(request), key=upload.key
            )
        about(job.id)
        if not new:
            return accepted(job, request, headers={"Idempotent-Replayed": "true"})
        failpoint("accepted")
        publish_job(job)
        return accepted(job, request)
