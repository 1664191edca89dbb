"""Middleware of the pages for browsers, the admin and the console; requests to the API skip it.

Django's system checks require these classes, or subclasses, in a project with the admin. The
deployment check requires CsrfViewMiddleware itself, although the API's views are exempt from it.
"""

from collections.abc import Awaitable
from typing import Final

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

ADMIN: Final = "admin/"
"""The path of the admin, relative to the root."""
CONSOLE: Final = "console/"
"""The path of the console, relative to the root."""
_PAGES: Final = (f"/{ADMIN}", f"/{CONSOLE}")


class _PagesOnly(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        is_page = request.path_info.startswith(_PAGES)
        return super().__call__(request) if is_page else self.get_response(request)


class SessionMiddleware(_PagesOnly, sessions.SessionMiddleware):
    """Middleware that sets `request.session`."""


class AuthenticationMiddleware(_PagesOnly, auth.AuthenticationMiddleware):
    """Middleware that sets `request.user` from the session."""


class MessageMiddleware(_PagesOnly, messages.MessageMiddleware):
    """Middleware for messages that a page shows once."""
