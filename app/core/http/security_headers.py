"""Security headers of every response. django-csp adds the Content-Security-Policy."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

_API_PREFIX: Final = "/api/"
_UNUSED_FEATURES: Final = ("camera", "geolocation", "microphone", "payment", "usb")
_HEADERS: Final = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Middleware that adds the headers.

    Responses of the API contain personal data or tokens, so caches must not store them unless the
    view sets another Cache-Control.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        if request.path_info.startswith(_API_PREFIX):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
