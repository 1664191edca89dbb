"""An upload as it comes over HTTP: one file and its options, or a clear refusal."""

from typing import Any

from django.conf import settings
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from tasks.pipeline.incoming import HashingUploadHandler, IncomingFile, too_large
from tasks.serializers import UploadOptionsSerializer

_MULTIPART_OVERHEAD = 64 * 1024


class BadFile(APIException):
    """The file's beginning shows that it cannot be imported."""

    status_code = status.HTTP_400_BAD_REQUEST


class LengthRequired(APIException):
    """A chunked body without a proxy that collects it."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "Send the file with a Content-Length, not chunked."
    default_code = "length_required"


def receive(request: Request) -> tuple[IncomingFile, dict[str, Any]]:
    """The one file, and the valid options beside it; 400, 411 or 413 where they are not."""
    _check_length(request)
    handler = HashingUploadHandler(request._request)
    request._request.upload_handlers = [handler]
    try:
        return _checked(request)
    except Exception:
        # Of a part that was cut off or too large only the handler knows.
        handler.upload_interrupted()
        raise


def _check_length(request: Request) -> None:
    """WSGI ends a body without a length before it has begun; who sent one should know why."""
    length = request.META.get("CONTENT_LENGTH")
    if not length and "Transfer-Encoding" in request.headers:
        raise LengthRequired
    if int(length or 0) > settings.MAX_UPLOAD_SIZE + _MULTIPART_OVERHEAD:
        raise too_large()


def _checked(request: Request) -> tuple[IncomingFile, dict[str, Any]]:
    options = UploadOptionsSerializer(data=request.data)
    unknown = set(request.data) - options.fields.keys() - {"file"}
    problems = {name: ["This option is not known."] for name in unknown}
    uploads = request.FILES.getlist("file")
    if len(uploads) != 1:
        problems["file"] = ["Send exactly one file, as the multipart field `file`."]
    if problems:
        raise serializers.ValidationError(problems)
    options.is_valid(raise_exception=True)
    return uploads[0], options.validated_data
