"""Families of refresh tokens.

The refresh tokens of one login form a family with one unspent token. Renewing spends that token
with one conditional UPDATE, so that exactly one of several parallel requests wins. A spent token
that is used again within REFRESH_REUSE_GRACE is taken for a race of one client. Later it is taken
for stolen, and the family is revoked.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import Token

from users_uc.models import RefreshFamily, User
from users_uc.tokens.holder import TOKEN_NOT_VALID, holder_of
from users_uc.tokens.key_ring import AccessToken, RefreshToken

_NO_SUCH_ACCOUNT: Final = _("No active account has this e-mail and password.")
_OR_NOT_CONFIRMED: Final = _(
    "No active account has this e-mail and password, or its address is not confirmed: follow the "
    "link that was sent to it; users/resend_activation/ sends another."
)


def no_such_account() -> AuthenticationFailed:
    """Return the 401 of a failed login, which does not tell the reasons apart.

    Anybody can register with somebody else's address, and then knows a password of the account.
    """
    required = settings.REQUIRE_VERIFIED_EMAIL
    return AuthenticationFailed(_OR_NOT_CONFIRMED if required else _NO_SUCH_ACCOUNT)


def issue_pair(user: User) -> dict[str, str]:
    """Start a family and return `{access, refresh}`.

    Raises `AuthenticationFailed` if the user was deleted in the meantime.
    """
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
    """Spend a refresh token and return a new pair. Raises `InvalidToken` (401)."""
    spent = _parse_refresh(raw_refresh)
    user = holder_of(spent)
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
        _revoke_reused_family(spent)
        raise InvalidToken(str(TOKEN_NOT_VALID))
    return {"access": str(_access_for(user)), "refresh": str(refresh)}


def revoke_family(raw_refresh: str, user: User) -> None:
    """Revoke the refresh tokens of one login. Raises `InvalidToken` for another user's token."""
    token = _parse_refresh(raw_refresh)
    if str(token.get("user_id")) != str(user.pk):
        raise InvalidToken(str(TOKEN_NOT_VALID))
    RefreshFamily.objects.filter(id=token["family"], user=user).delete()


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
        raise InvalidToken(str(TOKEN_NOT_VALID)) from None
    return token


def _revoke_reused_family(spent: RefreshToken) -> None:
    RefreshFamily.objects.filter(
        id=spent["family"], rotated_at__lt=timezone.now() - settings.REFRESH_REUSE_GRACE
    ).delete()
