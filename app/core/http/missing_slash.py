"""Uploads to the URL without its last slash."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.http.errors import slash_missing


class MissingSlashMiddleware:
    """Middleware that answers an upload to the URL without its slash with 404.

    Django would redirect it. Clients repeat a redirected POST as a GET, which succeeds without the
    file.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and not request.path_info.endswith("/"):
            path = reverse("upload-csv")
            if f"{request.path_info}/" == path:
                return slash_missing(path)
        return self.get_response(request)
