"""Forms with files, as DRF reads them; of a bad one it is said what to do."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from core.errors import PayloadTooLarge

_ADVICE: Final = (
    "Send multipart/form-data with its boundary in Content-Type; the headers of a part, the "
    "file's name among them, may have up to 1,024 bytes."
)


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
            raise ParseError("The form has too many parts; send one file and options.") from None
        except RequestDataTooBig:
            raise PayloadTooLarge("The fields beside the file are too long.") from None
        except ParseError as error:
            raise ParseError(f"{error.detail} {_ADVICE}") from None
