"""The request of an inspection: the beginning of a file, kept in memory."""

from http import HTTPStatus
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.http.language import number
from tasks.intake.refused import ImportRefused
from tasks.intake.upload_options import ReadingOptionsSerializer
from tasks.intake.upload_request import MULTIPART_OVERHEAD, form_options
from tasks.options import Options
from tasks.reading.beginning import SIZE


class _BeginningUploadHandler(MemoryFileUploadHandler):
    """An upload handler that keeps at most SIZE bytes; the request's length is checked before."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._size = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._size += len(raw_data)
        if self._size > SIZE:
            raise _too_large()
        return super().receive_data_chunk(raw_data, start)


def receive_beginning(request: Request) -> tuple[bytes, Options]:
    """Return the file's first bytes and the options. The length is checked before the body is read.

    Raises `ImportRefused`, or DRF's `ValidationError` for a wrong form.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > SIZE + MULTIPART_OVERHEAD:
        raise _too_large()
    request._request.upload_handlers = [_BeginningUploadHandler(request._request)]
    options = form_options(request, ReadingOptionsSerializer)
    return request.FILES["file"].read(), options


def _too_large() -> ImportRefused:
    message = _("The file is larger than {limit} bytes. Send only its beginning.")
    message = message.format(limit=number(SIZE))
    return ImportRefused("too_large", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
