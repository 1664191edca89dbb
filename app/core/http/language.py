"""The language of an answer: what its request's Accept-Language asks for, else English."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import formats, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_noop
from django.utils.translation.trans_real import parse_accept_lang_header

CODES: Final = tuple(code for code, _ in settings.LANGUAGES)
"""English first."""

# Messages of Django REST framework whose Portuguese is wrong there: a field that "may be not blank"
# is one that need not be. The catalogue of this project goes before its own.
gettext_noop("This field may not be blank.")
gettext_noop("This field may not be null.")
gettext_noop("Request was throttled.")
gettext_noop("Could not satisfy the request Accept header.")
gettext_noop("No file was submitted.")
gettext_noop("Ensure this field has at least {min_length} characters.")


class LanguageMiddleware:
    """Django's own believes a cookie before the header, and leaves its language in the thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; what is streamed later has to know its language by then."""
        language = best(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


def best(accept_language: str) -> str:
    """Of CODES the one that is liked most; another kind of Portuguese is served by Brazil's."""
    for name, quality in parse_accept_lang_header(accept_language):
        if quality and name != "*":
            with suppress(LookupError):
                return translation.get_supported_language_variant(name)
    return CODES[0]


def number(value: int) -> str:
    """With the separators of the current language: 1,000 or 1.000."""
    return formats.number_format(value, force_grouping=True)
