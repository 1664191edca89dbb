"""The proof that a caller knows their password: a recent login, or the password itself.

A stolen token or session must not be enough to take over an account or to grant rights.
"""

import time
from typing import Any, Final, cast

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.request import Request

from users_uc.models import ApiKey, User

AUTH_TIME: Final = "auth_time"
"""The claim of tokens, and the value of sessions of the admin: the time of the login in seconds."""


def is_recent(auth_time: object) -> bool:
    """Return whether a login at this time is not older than RECENT_LOGIN."""
    limit = settings.RECENT_LOGIN.total_seconds()
    return isinstance(auth_time, int) and time.time() - auth_time <= limit


def has_recent_login(request: Request) -> bool:
    """Return whether the login of the request's token is not older than RECENT_LOGIN.

    A request with an API key has no login.
    """
    credential: Any = request.auth
    if credential is None or isinstance(credential, ApiKey):
        return False
    return is_recent(credential.get(AUTH_TIME))


def require_recent_login(request: Request) -> None:
    """Raise `PermissionDenied` if the login of the request's token is older than RECENT_LOGIN."""
    if has_recent_login(request):
        return
    if isinstance(request.auth, ApiKey):
        message = _(
            "This change needs the password of the owner of the API key. Send it in the field "
            "current_password."
        )
        raise PermissionDenied(message, code="recent_login_required")
    message = _(
        "This change needs your password, because your login is older than {minutes} minutes. Send "
        "the password in the field current_password, or log in again."
    )
    minutes = settings.RECENT_LOGIN.seconds // 60
    raise PermissionDenied(message.format(minutes=minutes), code="recent_login_required")


def prove_login(request: Request, password: str | None) -> None:
    """Check the entered password, unless the login is recent.

    Raises `PermissionDenied` if it is needed and missing, `ValidationError` if it is wrong.
    """
    if password is None or has_recent_login(request):
        require_recent_login(request)
    elif not cast("User", request.user).check_password(password):
        raise ValidationError({"current_password": [wrong_password()]})


def check_own_password(user: User, password: str) -> None:
    """Raise `ValidationError` if the password is wrong."""
    if not user.check_password(password):
        raise ValidationError([wrong_password()])


def wrong_password() -> ErrorDetail:
    """Return the error of the field current_password."""
    message = _("The password is wrong. Enter your current password.")
    return ErrorDetail(message, code="wrong_password")
