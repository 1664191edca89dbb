"""Requests whose body has no length."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.http.errors import length_required


class ContentLengthMiddleware:
    """Middleware that answers a chunked request with 411: Django would read an empty body.

    nginx collects chunked bodies and sends them on with a length.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            return length_required()
        return self.get_response(request)
