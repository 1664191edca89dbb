"""Authentication with an API key, and the views that a key reaches."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from core.http.throttling import WindowThrottle
from core.telemetry import logs
from users_uc.api_keys import registry
from users_uc.models import ApiKey, Scope, User
from users_uc.tokens.holder import may_log_in
from users_uc.user_queries import find_user, users_with_rights

KEY_NOT_VALID: Final = gettext_lazy(
    "The API key is invalid, expired or deleted, or its owner is deactivated. Create another key."
)


class KeyScopes(NamedTuple):
    """The scopes that a key needs to read a view, and to change something with it if it can."""

    read: Scope
    write: Scope | None


IMPORTS: Final = KeyScopes(Scope.IMPORTS_READ, Scope.IMPORTS_WRITE)
UPLOADS: Final = KeyScopes(Scope.IMPORTS_WRITE, Scope.IMPORTS_WRITE)
USERS: Final = KeyScopes(Scope.USERS_READ, Scope.USERS_WRITE)
ATTRIBUTES: Final = KeyScopes(Scope.USERS_READ, None)


class ApiKeyThrottle(WindowThrottle):
    """The limit THROTTLE_API_KEY, for all requests of one key."""

    scope = "api_key"
    is_shown = True

    def __init__(self, key: ApiKey) -> None:
        super().__init__()
        self._key = key

    def identity(self, request: Request) -> str:
        return f"key-{self._key.pk}"


def authenticate(text: str, request: Request) -> tuple[User, ApiKey]:
    """Return the owner and the key.

    Raises `AuthenticationFailed`, and `Throttled` above THROTTLE_API_KEY.
    """
    key = registry.find(text)
    if key is None:
        raise _key_not_valid()
    logs.bind(key_id=key.pk)
    throttle = ApiKeyThrottle(key)
    if not throttle.allow_request(request, view=None):
        raise Throttled(throttle.wait())
    return _checked(find_user(key.owner_id)), key


def reload_owner(key: ApiKey) -> User:
    """Load the owner again. Raises `AuthenticationFailed` if the key was deleted meanwhile."""
    return _checked(users_with_rights().filter(pk=key.owner_id, api_keys=key.pk).first())


def _checked(owner: User | None) -> User:
    if owner is None or not owner.is_active or not may_log_in(owner):
        raise _key_not_valid()
    return owner


def check_scope(key: ApiKey, request: Request, view: Any) -> None:
    """Raise `PermissionDenied` if the key does not reach the view with this method."""
    read, write = getattr(view, "key_scopes", (None, None))
    needed = read if request.method in SAFE_METHODS else write
    if needed is None:
        message = _("API keys cannot be used here. Log in and send the access token.")
        raise PermissionDenied(message, code="key_not_allowed")
    if needed not in key.scopes:
        message = _("The API key does not have the scope {scope}. Create a key that has it.")
        raise PermissionDenied(message.format(scope=needed), code="insufficient_scope")


def _key_not_valid() -> AuthenticationFailed:
    return AuthenticationFailed(KEY_NOT_VALID, code="key_not_valid")
