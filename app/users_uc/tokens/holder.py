"""The user whom a token belongs to."""

import re
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import Token

from users_uc.models import User
from users_uc.user_queries import find_user

TOKEN_NOT_VALID: Final = _("The token is invalid, expired or revoked. Log in again.")
_USER_ID = re.compile(r"[0-9]{1,18}")


def find_holder(user_id: int, token_version: object) -> User | None:
    """Return the user if tokens of this version are valid, or `None`."""
    user = find_user(user_id)
    if user is None or not user.is_active or token_version != user.token_version:
        return None
    return user if may_log_in(user) else None


def holder_of(token: Token) -> User:
    """Return the user whom the token belongs to.

    Raises `InvalidToken` if the token names no user, `AuthenticationFailed` if it is revoked.
    """
    user_id: Any = token.get("user_id")
    if not (isinstance(user_id, str) and _USER_ID.fullmatch(user_id)):
        raise InvalidToken(str(TOKEN_NOT_VALID))
    user = find_holder(int(user_id), token.get("token_version"))
    if user is None:
        raise token_not_valid()
    return user


def token_not_valid() -> AuthenticationFailed:
    """Return the 401 for a token that was revoked or whose user was deleted or deactivated."""
    return AuthenticationFailed(TOKEN_NOT_VALID, code="token_not_valid")


def may_log_in(user: User) -> bool:
    """Return whether REQUIRE_VERIFIED_EMAIL allows the user to log in and to use tokens."""
    return user.has_verified_email() or not settings.REQUIRE_VERIFIED_EMAIL
