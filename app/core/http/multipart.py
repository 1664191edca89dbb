"""Multipart forms, with clear messages for malformed ones."""

from collections.abc import Mapping
from typing import IO, Any, Final, cast

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from core.http.errors import PayloadTooLarge
from core.http.form_boundary import RenamedBoundary, boundary_of

_ADVICE: Final = gettext_lazy(
    "Send multipart/form-data with its boundary in Content-Type. The headers of each part, "
    "including the file name, may have at most 1,024 bytes."
)

# Messages of Django that it does not translate.
gettext_noop("Could not decode base64 data")
gettext_noop("Request max total header size exceeded")


class MultiPartParser(parsers.MultiPartParser):
    """The parser of all forms of the API."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "parsers.DataAndFiles[Any, Any]":
        """Return the fields and files.

        Raises ParseError (400), or PayloadTooLarge (413) if the fields together are too long.
        """
        if boundary := boundary_of(media_type or ""):
            renamed = RenamedBoundary(stream, boundary)
            stream, media_type = cast("IO[bytes]", renamed), renamed.content_type
        try:
            return super().parse(stream, media_type, parser_context)
        except (TooManyFieldsSent, TooManyFilesSent):
            message = _("The form has too many parts. Send one file and the options.")
            raise ParseError(message) from None
        except RequestDataTooBig:
            message = _("The fields of the form, without the file, are too long. Shorten them.")
            raise PayloadTooLarge(message) from None
        except ParseError as error:
            raise ParseError(f"{_describe(error)} {_ADVICE}") from None


def _describe(error: ParseError) -> str:
    """Return the message for the client, with the reason that Django gave to DRF."""
    reason = str(error.__context__ or error.detail).rstrip(".")
    return _("The form cannot be read: {reason}.").format(reason=_(reason))
