"""The language of a response: the best match of Accept-Language, else English."""

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
"""The supported languages. English is first."""

# Messages of DRF whose Portuguese translation is wrong: in it, a field "need not be blank". The
# catalogue of this project takes precedence.
gettext_noop("This field may not be blank.")
gettext_noop("This field may not be null.")
gettext_noop("Request was throttled.")
gettext_noop("Could not satisfy the request Accept header.")
gettext_noop("No file was submitted.")
gettext_noop("Ensure this field has at least {min_length} characters.")


class LanguageMiddleware:
    """Middleware that activates the language of the request.

    Django's LocaleMiddleware prefers a cookie to the header, and leaves its language active in the
    thread. A streamed response is sent after this middleware and must store its language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = best_language(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


def best_language(accept_language: str) -> str:
    """Return the code with the highest quality. Every variant of Portuguese matches pt-br."""
    for name, quality in parse_accept_lang_header(accept_language):
        if quality and name != "*":
            with suppress(LookupError):
                return translation.get_supported_language_variant(name)
    return CODES[0]


def number(value: int) -> str:
    """Format a number with the separators of the current language: 1,000 or 1.000."""
    return formats.number_format(value, force_grouping=True)
