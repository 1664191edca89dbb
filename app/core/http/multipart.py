"""Forms with files, as DRF reads them; of a bad one it is said what to do."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from core.http.errors import PayloadTooLarge

_ADVICE: Final = gettext_lazy(
    "Send multipart/form-data with its boundary in Content-Type; the headers of a part, the "
    "file's name among them, may have up to 1,024 bytes."
)

gettext_noop("Could not decode base64 data")  # Django's words
gettext_noop("Request max total header size exceeded")


class MultiPartParser(parsers.MultiPartParser):
    """The one for all forms of the API."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "parsers.DataAndFiles[Any, Any]":
        """The fields and files. ParseError (400), or 413 where all fields together are too long."""
        try:
            return super().parse(stream, media_type, parser_context)
        except (TooManyFieldsSent, TooManyFilesSent):
            problem = _("The form has too many parts; send one file and options.")
            raise ParseError(problem) from None
        except RequestDataTooBig:
            raise PayloadTooLarge(_("The fields beside the file are too long.")) from None
        except ParseError as error:
            raise ParseError(f"{_flaw(error)} {_ADVICE}") from None


def _flaw(error: ParseError) -> str:
    """What Django has said, which DRF repeats."""
    flaw = str(error.__context__ or error.detail).rstrip(".")
    return _("The form cannot be read: {flaw}.").format(flaw=_(flaw))
