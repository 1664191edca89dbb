"""The headers of tus 1.0, a protocol of uploads that resume.

https://tus.io/protocols/resumable-upload says what they mean. The server has the extensions
creation, expiration and termination.
"""

import base64
import binascii
import re
from typing import Final

from django.conf import settings
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from console.models import Upload
from console.uploads import LIFETIME
from core.http.errors import PayloadTooLarge
from core.http.negotiation import unsupported_type

VERSION: Final = "1.0.0"
PART: Final = "application/offset+octet-stream"
"""The content type of a part."""
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class UnknownVersion(APIException):
    """A request of another version of the protocol, or of none."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = gettext_lazy("Send the header Tus-Resumable with the value 1.0.0.")
    default_code = "unknown_version"


def check_version(request: Request) -> None:
    """Raise `UnknownVersion` for a request that is not one of tus 1.0."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UnknownVersion


def server_headers() -> dict[str, str]:
    """Return the headers that describe the server."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(settings.MAX_UPLOAD_SIZE),
    }


def upload_headers(upload: Upload) -> dict[str, str]:
    """Return the headers that describe an upload."""
    name = base64.b64encode(upload.file_name.encode()).decode()
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.size),
        "Upload-Metadata": f"filename {name}",
        "Upload-Expires": http_date((upload.changed_at + LIFETIME).timestamp()),
        "Cache-Control": "no-store",
    }


def length(request: Request) -> int:
    """Return the size of a new upload. Raises DRF's `ValidationError`."""
    if size := _number(request, "Upload-Length"):
        return size
    raise serializers.ValidationError({"Upload-Length": [_("The file is empty. Send a table.")]})


def file_name(request: Request) -> str:
    """Return the file name of a new upload, or an empty text. Raises DRF's `ValidationError`."""
    pairs = (pair.split() for pair in request.headers.get("Upload-Metadata", "").split(","))
    values = {pair[0]: pair[-1] for pair in pairs if len(pair) == 2}
    try:
        return base64.b64decode(values.get("filename", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        message = _("Send the file name as the Base64 form of UTF-8.")
        raise serializers.ValidationError({"Upload-Metadata": [message]}) from None


def offset_of_part(request: Request, upload: Upload) -> int:
    """Return the position of the part in the request's body.

    Raises `UnsupportedMediaType`, `PayloadTooLarge`, or DRF's `ValidationError`.
    """
    if request.content_type != PART:
        raise unsupported_type(request, [PART])
    offset = _number(request, "Upload-Offset")
    if offset + int(request.META.get("CONTENT_LENGTH") or 0) > upload.size:
        raise PayloadTooLarge(_("The part goes beyond the end of the file."))
    return offset


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if _NUMBER.fullmatch(value):
        return int(value)
    raise serializers.ValidationError({header: [_("Send a number of bytes in this header.")]})
