"""Families of refresh tokens.

The refresh tokens of one login form a family with one unused token. A renewal exchanges that token
with one conditional UPDATE, so that exactly one of several parallel requests succeeds. The token
that was used last may come back from the same client within REFRESH_REUSE_GRACE: this counts as a
race of one client. Every other used token counts as stolen, and the family is revoked.
"""

import time
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import Token

from users_uc.models import RefreshFamily, User
from users_uc.recent_login import AUTH_TIME
from users_uc.tokens.holder import TOKEN_NOT_VALID, holder_of
from users_uc.tokens.key_ring import AccessToken, RefreshToken
from users_uc.tokens.password_change import ONLY, PASSWORD_CHANGE

_NO_SUCH_ACCOUNT: Final = _("No active account has this e-mail address and password.")
_OR_NOT_CONFIRMED: Final = _(
    "No active account has this e-mail address and password, or the e-mail address is not "
    "confirmed. Open the link in the confirmation mail, or request another one at "
    "users/resend_activation/."
)


def no_such_account() -> AuthenticationFailed:
    """Return the 401 of a failed login, which is the same for every reason.

    A stranger who registers with somebody else's e-mail address knows a password of that account,
    and must not learn more from a login.
    """
    required = settings.REQUIRE_VERIFIED_EMAIL
    return AuthenticationFailed(_OR_NOT_CONFIRMED if required else _NO_SUCH_ACCOUNT)


def issue_pair(user: User) -> dict[str, str]:
    """Start a family and return `{access, refresh}`.

    Raises `AuthenticationFailed` if the user was deleted in the meantime.
    """
    auth_time = int(time.time())
    refresh = _refresh_for(user, auth_time)
    try:
        family = RefreshFamily.objects.create(
            user=user,
            current_jti=refresh["jti"],
            expires_at=timezone.now() + refresh.lifetime,
        )
    except IntegrityError:
        raise no_such_account() from None
    refresh["family"] = str(family.id)
    return {"access": str(_access_for(user, auth_time)), "refresh": str(refresh)}


def issue_password_change(user: User) -> str:
    """Return an access token that allows only the change of the password."""
    token = _access_for(user, int(time.time()))
    token[ONLY] = PASSWORD_CHANGE
    return str(token)


def renew_pair(raw_refresh: str, client: str) -> dict[str, str]:
    """Exchange a refresh token for a new pair `{access, refresh}`.

    `client` is a `fingerprint()`. Raises `InvalidToken` (401).
    """
    old = _parse_refresh(raw_refresh)
    user = holder_of(old)
    auth_time = old.get(AUTH_TIME, 0)
    refresh = _refresh_for(user, auth_time)
    refresh["family"] = old["family"]
    renewed = RefreshFamily.objects.filter(
        id=old["family"], user=user, current_jti=old["jti"]
    ).update(
        current_jti=refresh["jti"],
        previous_jti=old["jti"],
        previous_client=client,
        rotated_at=Now(),
        expires_at=timezone.now() + refresh.lifetime,
    )
    if not renewed:
        _revoke_reused_family(old, user, client)
        raise InvalidToken(str(TOKEN_NOT_VALID))
    return {"access": str(_access_for(user, auth_time)), "refresh": str(refresh)}


def revoke_family(raw_refresh: str, user: User) -> None:
    """Revoke the refresh tokens of one login. Raises `InvalidToken` for another user's token."""
    token = _parse_refresh(raw_refresh)
    if str(token.get("user_id")) != str(user.pk):
        raise InvalidToken(str(TOKEN_NOT_VALID))
    RefreshFamily.objects.filter(id=token["family"], user=user).delete()


def _access_for(user: User, auth_time: int) -> AccessToken:
    return _with_claims(AccessToken(), user, auth_time)


def _refresh_for(user: User, auth_time: int) -> RefreshToken:
    return _with_claims(RefreshToken(), user, auth_time)


def _with_claims[T: Token](token: T, user: User, auth_time: int) -> T:
    token["user_id"] = str(user.pk)
    token["email"] = user.email
    token["name"] = user.name
    token["is_staff"] = user.is_staff
    token["token_version"] = user.token_version
    token[AUTH_TIME] = auth_time
    return token


def _parse_refresh(raw: str) -> RefreshToken:
    try:
        token: RefreshToken = RefreshToken(raw)  # type: ignore[arg-type]
        UUID(str(token.get("family")))
    except (TokenError, ValueError):
        raise InvalidToken(str(TOKEN_NOT_VALID)) from None
    return token


def _revoke_reused_family(token: RefreshToken, user: User, client: str) -> None:
    # The clock of PostgreSQL, because the clocks of two web servers may differ.
    just_used = Q(
        previous_jti=token["jti"],
        previous_client=client,
        rotated_at__gte=Now() - settings.REFRESH_REUSE_GRACE,
    )
    RefreshFamily.objects.filter(~just_used, id=token["family"], user=user).delete()
