"""Uploading a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failpoints import failpoint
from core.http.multipart import MultiPartParser
from core.telemetry.subject import bind_job
from tasks import openapi
from tasks.intake.admission import IMPORT_PERMISSION, MAY_NOT_IMPORT
from tasks.intake.refused import ImportRefused
from tasks.intake.store import store
from tasks.intake.upload_request import receive
from tasks.lifecycle.enqueue import publish_job
from tasks.views.jobs import accepted
from users_uc.auth import caller

_RETRY_AFTER: Final[dict[int, int]] = {status.HTTP_429_TOO_MANY_REQUESTS: 10}
"""Seconds, by status."""


class CanImport(BasePermission):
    """IMPORT_PERMISSION."""

    message = MAY_NOT_IMPORT

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller has it."""
        return bool(request.user.has_perm(IMPORT_PERMISSION))


class _Refusal(APIException):
    """An upload that intake refused."""

    def __init__(self, refused: ImportRefused) -> None:
        super().__init__(refused.message, code=refused.code)
        self.status_code = refused.status
        self.wait = _RETRY_AFTER.get(refused.status)


@contextmanager
def refusals_answered() -> Iterator[None]:
    """Answer an `ImportRefused` with its status, in the API's error shape."""
    try:
        yield
    except ImportRefused as refused:
        if refused.status == status.HTTP_401_UNAUTHORIZED:  # DRF adds its challenge
            raise AuthenticationFailed(refused.message, code=refused.code) from None
        raise _Refusal(refused) from None


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
        with refusals_answered():
            upload = receive(request)
            job, new = store(
                upload.file, options=upload.options, owner=caller(request), key=upload.key
            )
        bind_job(job.id)
        if not new:
            return accepted(job, request, headers={"Idempotent-Replayed": "true"})
        failpoint("accepted")
        publish_job(job)
        return accepted(job, request)
