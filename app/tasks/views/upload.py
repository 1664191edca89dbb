"""The endpoint that accepts an upload."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.http.idempotency_key import REPLAYED
from core.http.multipart import MultiPartParser
from core.http.raw_file import raw_parsers
from core.http.throttling import UploadThrottle
from tasks import openapi
from tasks.begin import begin
from tasks.intake.admission import IMPORT_PERMISSION, MAY_NOT_IMPORT
from tasks.intake.refused import ImportRefused
from tasks.intake.upload_request import receive
from tasks.views.jobs import accepted
from users_uc.api_keys.authentication import UPLOADS

_RETRY_AFTER: Final[dict[int, int]] = {status.HTTP_429_TOO_MANY_REQUESTS: 10}
"""The `Retry-After` of a refused upload in seconds, by status."""


class CanImport(BasePermission):
    """The permission to import, `can_import`."""

    message = MAY_NOT_IMPORT

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.has_perm(IMPORT_PERMISSION))


class _RefusedUpload(APIException):
    """An upload that intake does not accept."""

    def __init__(self, refused: ImportRefused) -> None:
        super().__init__(refused.message, code=refused.code)
        self.status_code = refused.status
        self.wait = _RETRY_AFTER.get(refused.status)


@contextmanager
def as_api_errors() -> Iterator[None]:
    """Turn an `ImportRefused` of the body into the API's error with the same status."""
    try:
        yield
    except ImportRefused as refused:
        if refused.status == status.HTTP_401_UNAUTHORIZED:  # DRF adds WWW-Authenticate
            raise AuthenticationFailed(refused.message, code=refused.code) from None
        raise _RefusedUpload(refused) from None


class UploadView(APIView):
    """A view whose POST uploads a file."""

    checks_query_of = frozenset({"POST"})
    parser_classes = [MultiPartParser, *raw_parsers()]

    def get_permissions(self) -> list[BasePermission]:
        """Restrict uploads to callers who may import."""
        uploads = self.request.method == "POST"
        return [IsAuthenticated(), CanImport()] if uploads else [IsAuthenticated()]

    def get_throttles(self) -> list[BaseThrottle]:
        """Throttle uploads, and not the requests of a proxy that asks before each of them."""
        return [UploadThrottle()] if self.request.method == "POST" else []

    @openapi.upload
    def post(self, request: Request) -> Response:
        """Upload a CSV file or a workbook of users and queue its import.

        The answer comes as soon as the file is stored. The status of the import is at `status_url`.
        The body may be a form or the file itself. Options are query parameters or fields of the
        form.
        """
        with as_api_errors():
            upload = receive(request)
            job, new = begin(
                upload.file, options=upload.options, owner=upload.owner, key=upload.key
            )
        return accepted(job, request, headers={} if new else REPLAYED)


class CSVUploadView(UploadView):
    """The upload at its earlier URL, and the question of a proxy before each upload."""

    key_scopes = UPLOADS

    def get_permissions(self) -> list[BasePermission]:
        """Answer a proxy as the upload will be answered."""
        return [IsAuthenticated(), CanImport()]

    def get(self, request: Request) -> Response:
        """Return a 204 if the caller may import."""
        return Response(status=status.HTTP_204_NO_CONTENT)
