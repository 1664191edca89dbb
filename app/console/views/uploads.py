"""The upload that resumes, for the browser's client of tus, and the check before it."""

import uuid
from typing import IO, Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from console import tus, uploads
from console.page import Page, UsesConsole
from console.sessions import ConsoleSession
from core.http.throttling import UploadThrottle
from tasks.intake.inspection import final_error, inspect
from tasks.messages import translate
from tasks.options import Options
from tasks.reading.beginning import SIZE
from tasks.views.upload import CanImport, as_api_errors
from users_uc.auth import caller


class StreamParser(BaseParser):
    """A parser that leaves the body unread."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class PartParser(StreamParser):
    media_type = tus.PART


class FileView(APIView):
    """A request of the script that sends a file. Its errors are the API's errors."""

    authentication_classes = [ConsoleSession]
    permission_classes = [UsesConsole, CanImport]
    schema = None


class CheckView(FileView):
    parser_classes = [StreamParser]

    def get_throttles(self) -> list[BaseThrottle]:
        return [UploadThrottle()] if self.request.method == "POST" else []

    def get(self, request: Request) -> Response:
        """Return a 204 if the caller may upload. The proxy asks before it reads a part."""
        return Response(status=204)

    def post(self, request: Request) -> Response:
        """Return why the file that begins with the body cannot be imported, or null."""
        data = body_of(request).read(SIZE)
        with as_api_errors():
            error = final_error(data, inspect(data, Options(), caller(request)))
        return Response({"refusal": error and translate(error.message)})


class TusView(FileView):
    """A request of tus 1.0."""

    parser_classes = [PartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            tus.check_version(request)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)
        response.headers["Tus-Resumable"] = tus.VERSION
        if response.status_code == tus.UnknownVersion.status_code:
            response.headers["Tus-Version"] = tus.VERSION
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        return Response(status=204, headers=tus.server_headers())


class UploadsView(TusView):
    def get_throttles(self) -> list[BaseThrottle]:
        return [UploadThrottle()] if self.request.method == "POST" else []

    def post(self, request: Request) -> Response:
        """Create an upload."""
        with as_api_errors():
            upload = uploads.create(request, name=tus.file_name(request), size=tus.length(request))
        location = reverse("console-upload-data", args=[upload.pk])
        return Response(status=201, headers={"Location": location} | tus.upload_headers(upload))


class UploadDataView(TusView):
    def head(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Return how much of the file is here."""
        upload = uploads.own_upload_or_404(request, upload_id)
        return Response(headers=tus.upload_headers(upload))

    def patch(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Store the next part of the file."""
        upload = uploads.own_upload_or_404(request, upload_id)
        uploads.append(upload, tus.offset_of_part(request, upload), body_of(request))
        return Response(status=204, headers=tus.upload_headers(upload))

    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Delete the upload."""
        uploads.delete(uploads.own_upload_or_404(request, upload_id))
        return Response(status=204)


class DeleteUploadView(Page):
    permission_classes = [UsesConsole, CanImport]
    section = "import"

    def post(self, request: Request, upload_id: uuid.UUID) -> HttpResponse:
        upload = uploads.own_upload_or_404(request, upload_id)
        uploads.delete(upload)
        self.note(_("The upload of {name} is deleted.").format(name=upload.file_name))
        return self.lead_to(reverse("console-import"))


def body_of(request: Request) -> IO[bytes]:
    """Return the body as a stream: it must not be in memory as a whole."""
    return cast("IO[bytes]", request._request)
