"""Headers of every answer of the application; the Content-Security-Policy is django-csp's."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

_API: Final = "/api/"
_UNUSED: Final = ("camera", "geolocation", "microphone", "payment", "usb")
_FOR_ALL: Final = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """What the API says is personal, or a token: nothing keeps it, unless the view allows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with them."""
        response = self.get_response(request)
        for name, value in _FOR_ALL.items():
            response.headers[name] = value
        if request.path_info.startswith(_API):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
