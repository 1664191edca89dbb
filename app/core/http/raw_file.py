"""Bodies that are a file, such as `curl --data-binary @users.csv`. The URL has the options."""

from collections.abc import Mapping
from typing import IO, Any, Final, cast

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from core.http.content_encoding import GZIP, GzipStream, codings
from core.http.content_type import declared_charset

RAW_TYPES: Final = (
    "text/csv",
    "application/gzip",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
_NO_NAME: Final = "upload"


class RawFileParser(parsers.FileUploadParser):
    """A parser of a body that is the file itself, with the query parameters as the form's fields.

    `Content-Disposition` may have its name, and `Content-Encoding` may say that it is compressed.
    """

    codings = GZIP

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "parsers.DataAndFiles[Any, Any]":
        """Return the options and the file. Raises `ParseError` if the body is not complete."""
        request: Request = (parser_context or {})["request"]
        if codings(request):
            stream = cast("IO[bytes]", GzipStream(stream))
        context = {**(parser_context or {}), "encoding": declared_charset(request)}
        received = super().parse(stream, media_type, context)
        file = received.files["file"]
        if file.size != int(request.META.get("CONTENT_LENGTH") or 0):
            raise ParseError(_("The body is not complete. Send the file again."))
        files = MultiValueDict({"file": [file]})
        # As DRF does for a form: Django closes the files of a request.
        vars(request._request).update(_post=QueryDict(), _files=files)
        return parsers.DataAndFiles(request.query_params.copy(), files)

    def get_filename(
        self, stream: IO[bytes], media_type: str | None, parser_context: Mapping[str, Any]
    ) -> str:
        """Return the name in `Content-Disposition`, or another one."""
        return super().get_filename(stream, media_type, parser_context) or _NO_NAME


def raw_parsers() -> list[type[parsers.BaseParser]]:
    """Return a parser for each of RAW_TYPES."""
    return [type("_Parser", (RawFileParser,), {"media_type": kind}) for kind in RAW_TYPES]


def is_raw_file(request: Request) -> bool:
    """Return whether the request's body is the file itself."""
    return request.content_type.partition(";")[0].strip().lower() in RAW_TYPES
