"""Middleware that works for the admin only; requests to the API skip it.

Django's system checks require these classes, or subclasses, in a project with the admin. The
deployment check requires CsrfViewMiddleware itself, although the API's views are exempt from it.
"""

from collections.abc import Awaitable

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

ADMIN = "admin/"
"""The path of the admin, relative to the root."""


class _AdminOnly(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        is_admin = request.path_info.startswith(f"/{ADMIN}")
        return super().__call__(request) if is_admin else self.get_response(request)


class SessionMiddleware(_AdminOnly, sessions.SessionMiddleware):
    """Middleware that sets `request.session`."""


class AuthenticationMiddleware(_AdminOnly, auth.AuthenticationMiddleware):
    """Middleware that sets `request.user` from the session."""


class MessageMiddleware(_AdminOnly, messages.MessageMiddleware):
    """Middleware for messages that a page shows once."""
