"""Bodies without a length, which WSGI ends before they have begun."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.http.errors import length_required


class LengthMiddleware:
    """Who sends a chunked body is told why nothing of it was seen; a proxy would collect it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            return length_required()
        return self.get_response(request)
