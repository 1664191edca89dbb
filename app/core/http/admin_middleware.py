"""Middleware for the admin alone: requests to the API pass it by.

Django wants these classes, or their children, among the middleware of a project with its admin.
Its check of deployments wants the one against CSRF as it is, though the API's views are exempt.
"""

from collections.abc import Awaitable

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

ADMIN = "admin/"
"""Where the admin is, below the root."""


class _ForAdmin(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        is_admin = request.path_info.startswith(f"/{ADMIN}")
        return super().__call__(request) if is_admin else self.get_response(request)


class SessionMiddleware(_ForAdmin, sessions.SessionMiddleware):
    """`request.session`."""


class AuthenticationMiddleware(_ForAdmin, auth.AuthenticationMiddleware):
    """`request.user` of a session."""


class MessageMiddleware(_ForAdmin, messages.MessageMiddleware):
    """What a page says once."""
