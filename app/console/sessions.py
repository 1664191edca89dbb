"""Sessions of the console: who may log in, idle expiry, and the user of a request."""

import time
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from core.telemetry import logs
from tasks.intake.admission import IMPORT_PERMISSION
from users_uc.models import User
from users_uc.permissions import sees_all
from users_uc.tokens.holder import may_log_in
from users_uc.tokens.password_change import PasswordChangeRequired

_LAST_USE: Final = "console_last_use"
_PRECISION: Final = 60
"""Seconds by which the stored time of the last use may be too early: not every request writes."""


def may_use_console(user: User) -> bool:
    """Return whether the console has pages for the user."""
    return user.has_perm(IMPORT_PERMISSION) or sees_all(user)


def begin(request: Request, user: User) -> None:
    """Log the user in. The session gets a new key."""
    login(request._request, user)
    request._request.session[_LAST_USE] = int(time.time())


class ConsoleSession(SessionAuthentication):
    """Authentication by the session, with Django's check against forged requests.

    `request.auth` is the session. It knows the time of the login, as a token does. A session that
    was not used for CONSOLE_IDLE has no user. A request of a page that refreshes itself is no use.
    A user who must choose another password reaches only views with `changes_password`.
    """

    def authenticate(self, request: Request) -> tuple[User, SessionBase] | None:
        """Return the user and the session, or `None`. Raises `PasswordChangeRequired`."""
        session = request._request.session
        user: Any = request._request.user
        if not user.is_authenticated or not _is_in_use(session) or not may_log_in(user):
            return None
        self.enforce_csrf(request)
        view = (request.parser_context or {}).get("view")
        if user.must_change_password and not getattr(view, "changes_password", False):
            raise PasswordChangeRequired
        if "X-Refresh" not in request.headers:
            _note_use(session)
        logs.bind(user_id=user.pk)
        return user, session

    def enforce_csrf(self, request: Request) -> None:
        """Raise `PermissionDenied` unless a page of this session sent the request."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            message = _("This page is out of date. Load it again, then repeat the last step.")
            raise PermissionDenied(message, code="page_out_of_date") from None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401. Without one, DRF would answer a 403."""
        return "Session"


def _is_in_use(session: SessionBase) -> bool:
    idle = time.time() - session.get(_LAST_USE, 0)
    return bool(idle <= settings.CONSOLE_IDLE.total_seconds())


def _note_use(session: SessionBase) -> None:
    now = int(time.time())
    if now - session[_LAST_USE] >= _PRECISION:
        session[_LAST_USE] = now
