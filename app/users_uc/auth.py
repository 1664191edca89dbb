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
from users_uc.api_keys.authentication import authenticate as authenticate_key
from users_uc.api_keys.authentication import check_scope, reload_owner
from users_uc.api_keys.text import PREFIX
from users_uc.models import ApiKey, User
from users_uc.tokens.holder import find_holder, holder_of, token_not_valid
from users_uc.tokens.password_change import ONLY, PasswordChangeRequired
from users_uc.user_queries import lock_users

type Credential = Token | ApiKey


class TokenAuthentication(JWTAuthentication):
    """Bearer authentication with a JWT or an API key, which loads the user on each request.

    A user who must choose another password reaches only views with `changes_password`. An API key
    reaches only views with `key_scopes`.
    """

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:  # type: ignore[override]
        """Return the user and the token or key.

        Raises `AuthenticationFailed`, `PasswordChangeRequired`, and for a key `PermissionDenied`
        and `Throttled`.
        """
        view = (request.parser_context or {}).get("view")
        authenticated = self._authenticated(request)
        if authenticated is None:
            return None
        user, credential = authenticated
        if isinstance(credential, ApiKey):
            check_scope(credential, request, view)
        must_change = user.must_change_password or _only_changes_password(credential)
        if must_change and not getattr(view, "changes_password", False):
            raise PasswordChangeRequired
        logs.bind(user_id=user.pk)
        return user, credential

    def _authenticated(self, request: Request) -> tuple[User, Credential] | None:
        header = self.get_header(request)
        text = self.get_raw_token(header) if header else None
        if text is not None and text.startswith(PREFIX.encode()):
            return authenticate_key(text.decode("ascii", "replace"), request)
        return cast("tuple[User, Token] | None", super().authenticate(request))

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return the token of the header. The scheme has no case (RFC 9110, section 11.1)."""
        scheme = header.split(maxsplit=1)[:1]
        if [word.lower() for word in scheme] == [b"bearer"]:
            header = b"Bearer" + header.lstrip()[len("bearer") :]
        raw_token: bytes | None = super().get_raw_token(header)
        return raw_token

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]
        """Return the token's user. Raises `AuthenticationFailed` if the token was revoked."""
        return holder_of(validated_token)


def caller(request: Request) -> User:
    """Return the authenticated user of the request."""
    return cast("User", request.user)


def reload_caller(request: Request) -> User:
    """Load the caller again.

    Raises `AuthenticationFailed` if the token was revoked or the API key was deleted meanwhile.
    """
    if isinstance(request.auth, ApiKey):
        return reload_owner(request.auth)
    known = caller(request)
    user = find_holder(known.pk, known.token_version)
    if user is None:
        raise token_not_valid()
    return user


def caller_after_body(request: Request) -> User:
    """Return the caller of a request whose body took long.

    Raises `AuthenticationFailed` if the API key was deleted meanwhile. A later transaction must
    check a JWT, for example by `find_holder`.
    """
    return reload_owner(request.auth) if isinstance(request.auth, ApiKey) else caller(request)


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


def _only_changes_password(credential: Credential) -> bool:
    return isinstance(credential, Token) and credential.get(ONLY) is not None
