"""Requests to the URL of the API without its last slash."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import is_valid_path

from core.http.errors import slash_missing

_REPEATED_AS_SENT: Final = ("GET", "HEAD", "OPTIONS")
"""The methods that a client keeps when it follows a redirect."""
_API: Final = "/api"


class MissingSlashMiddleware:
    """Middleware that answers a change at the URL without its slash with 404.

    Django would redirect it. Clients repeat a redirected POST as a GET, which succeeds and changes
    nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        lacks_slash = path.startswith(_API) and not path.endswith("/")
        is_change = request.method not in _REPEATED_AS_SENT
        if is_change and lacks_slash and not is_valid_path(path) and is_valid_path(f"{path}/"):
            return slash_missing(f"{path}/")
        return self.get_response(request)
