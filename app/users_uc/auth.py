"""JWT: what tokens say, how they are checked on each request, and how they are renewed.

Refresh tokens of one login form a family with one unspent token. Renewing spends it by one
conditional UPDATE, so that of parallel uses exactly one wins. Using a spent one is a client's
race within REFRESH_REUSE_GRACE; later it is a stolen token, and the family ends.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import Token

from core.telemetry import logs
from users_uc.models import RefreshFamily, User
from users_uc.tokens.key_ring import AccessToken, RefreshToken
from users_uc.user_queries import find_user

_NO_SUCH_ACCOUNT: Final = _("No active account has this e-mail and password.")
_OR_NOT_CONFIRMED: Final = _(
    "No active account has this e-mail and password, or its address is not confirmed: follow the "
    "link that was sent to it; users/resend_activation/ sends another."
)
_REFUSED: Final = _("The token is not valid; log in again.")
_USER_ID = re.compile(r"[0-9]{1,18}")


def no_such_account() -> AuthenticationFailed:
    """Which of the reasons it is, is not told: who signs up with an address knows a password."""
    required = settings.REQUIRE_VERIFIED_EMAIL
    return AuthenticationFailed(_OR_NOT_CONFIRMED if required else _NO_SUCH_ACCOUNT)


def issue_pair(user: User) -> dict[str, str]:
    """Start a family: {access, refresh}. AuthenticationFailed where the user is gone by now."""
    refresh = _refresh_for(user)
    try:
        family = RefreshFamily.objects.create(
            user=user,
            current_jti=refresh["jti"],
            expires_at=timezone.now() + refresh.lifetime,
        )
    except IntegrityError:
        raise no_such_account() from None
    refresh["family"] = str(family.id)
    return {"access": str(_access_for(user)), "refresh": str(refresh)}


def renew_pair(raw_refresh: str) -> dict[str, str]:
    """Spend a refresh token for a new pair. InvalidToken (401) when it cannot be."""
    spent = _parse_refresh(raw_refresh)
    user = _user_of(spent)
    refresh = _refresh_for(user)
    refresh["family"] = spent["family"]
    won = RefreshFamily.objects.filter(
        id=spent["family"], user=user, current_jti=spent["jti"]
    ).update(
        current_jti=refresh["jti"],
        rotated_at=timezone.now(),
        expires_at=timezone.now() + refresh.lifetime,
    )
    if not won:
        _end_reused_family(spent)
        raise InvalidToken(str(_REFUSED))
    return {"access": str(_access_for(user)), "refresh": str(refresh)}


def end_family(raw_refresh: str, user: User) -> None:
    """Log out: no token of this login can be renewed any more. InvalidToken for another's."""
    token = _parse_refresh(raw_refresh)
    if str(token.get("user_id")) != str(user.pk):
        raise InvalidToken(str(_REFUSED))
    RefreshFamily.objects.filter(id=token["family"], user=user).delete()


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer`; the user is loaded and the token's version compared each time."""

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]
        """Who the token is for. AuthenticationFailed when it no longer counts."""
        user = _user_of(validated_token)
        logs.bind(user_id=user.pk)
        return user


def caller(request: Request) -> User:
    """Who sent the request, in a view that only lets in who is somebody."""
    return cast("User", request.user)


def may_log_in(user: User) -> bool:
    """REQUIRE_VERIFIED_EMAIL, which also ends what began before it was set."""
    return user.has_verified_email() or not settings.REQUIRE_VERIFIED_EMAIL


def again(known: User) -> User:
    """The same user, as they are by now. AuthenticationFailed where their token has ended."""
    return _find(known.pk, known.token_version)


@contextmanager
def still(known: User) -> Iterator[User]:
    """The same user, in a transaction in which nobody else changes them.

    AuthenticationFailed where the token has ended since the request began: its body may have come
    slowly, and checking a password takes a while.
    """
    same = User.objects.filter(pk=known.pk, token_version=known.token_version, is_active=True)
    with transaction.atomic():
        user = same.select_for_update(no_key=True).first()
        if user is None:
            raise AuthenticationFailed(_REFUSED, code="token_not_valid")
        yield user


def _access_for(user: User) -> AccessToken:
    return _with_claims(AccessToken(), user)


def _refresh_for(user: User) -> RefreshToken:
    return _with_claims(RefreshToken(), user)


def _with_claims[T: Token](token: T, user: User) -> T:
    token["user_id"] = str(user.pk)
    token["email"] = user.email
    token["name"] = user.name
    token["is_staff"] = user.is_staff
    token["token_version"] = user.token_version
    return token


def _parse_refresh(raw: str) -> RefreshToken:
    try:
        token: RefreshToken = RefreshToken(raw)  # type: ignore[arg-type]
        UUID(str(token.get("family")))
    except (TokenError, ValueError):
        raise InvalidToken(str(_REFUSED)) from None
    return token


def _user_of(token: Token) -> User:
    user_id: Any = token.get("user_id")
    if not (isinstance(user_id, str) and _USER_ID.fullmatch(user_id)):
        raise InvalidToken(str(_REFUSED))
    return _find(int(user_id), token.get("token_version"))


def _find(user_id: int, token_version: object) -> User:
    user = find_user(user_id)
    if user is None or not user.is_active or token_version != user.token_version:
        raise AuthenticationFailed(_REFUSED, code="token_not_valid")
    if not may_log_in(user):
        raise AuthenticationFailed(_REFUSED, code="token_not_valid")
    return user


def _end_reused_family(spent: RefreshToken) -> None:
    RefreshFamily.objects.filter(
        id=spent["family"], rotated_at__lt=timezone.now() - settings.REFRESH_REUSE_GRACE
    ).delete()
