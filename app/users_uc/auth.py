"""Token authentication, and access to the caller of a request."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from django.db import transaction
from django.http import Http404
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import Token

from core.telemetry import logs
from users_uc.models import User
from users_uc.tokens.holder import find_holder, holder_of, token_not_valid
from users_uc.tokens.password_change import ONLY, PasswordChangeRequired
from users_uc.user_queries import lock_users


class TokenAuthentication(JWTAuthentication):
    """Bearer authentication that loads the user and checks the token's version on each request.

    A user who must choose another password reaches only views with `changes_password`.
    """

    def authenticate(self, request: Request) -> tuple[User, Token] | None:  # type: ignore[override]
        """Return the user and the token. Raises `PasswordChangeRequired`."""
        authenticated = super().authenticate(request)
        if authenticated is None:
            return None
        user, token = cast("User", authenticated[0]), authenticated[1]
        if user.must_change_password or token.get(ONLY) is not None:
            view = (request.parser_context or {}).get("view")
            if not getattr(view, "changes_password", False):
                raise PasswordChangeRequired
        return user, token

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return the token of the header. The scheme has no case (RFC 9110, section 11.1)."""
        scheme = header.split(maxsplit=1)[:1]
        if [word.lower() for word in scheme] == [b"bearer"]:
            header = b"Bearer" + header.lstrip()[len("bearer") :]
        raw_token: bytes | None = super().get_raw_token(header)
        return raw_token

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]
        """Return the token's user. Raises `AuthenticationFailed` if the token was revoked."""
        user = holder_of(validated_token)
        logs.bind(user_id=user.pk)
        return user


def caller(request: Request) -> User:
    """Return the authenticated user of the request."""
    return cast("User", request.user)


def reload_caller(request: Request) -> User:
    """Load the caller again. Raises `AuthenticationFailed` if the token was revoked meanwhile."""
    known = caller(request)
    user = find_holder(known.pk, known.token_version)
    if user is None:
        raise token_not_valid()
    return user


@contextmanager
def locked_caller(request: Request) -> Iterator[User]:
    """Lock the caller's row for one transaction and yield the user.

    Raises `AuthenticationFailed` if the token was revoked since the request began. A slow request
    body and the check of a password leave time for that.
    """
    with transaction.atomic():
        yield _present_caller(request, lock_users(caller(request).pk))


def lock_caller_and_target(request: Request, target: User) -> tuple[User, User]:
    """Lock the rows of the caller and of a user whom the request changes, and return both.

    The wait for the locks leaves time to revoke the caller's rights, so check them afterwards.
    Raises `AuthenticationFailed` if the token was revoked, `Http404` if the target was deleted.
    """
    rows = lock_users(caller(request).pk, target.pk)
    actor = _present_caller(request, rows)
    if target.pk not in rows:
        raise Http404
    return actor, rows[target.pk]


def _present_caller(request: Request, rows: Mapping[int, User]) -> User:
    known = caller(request)
    user = rows.get(known.pk)
    if user is None or not user.is_active or user.token_version != known.token_version:
        raise token_not_valid()
    return user
