"""The admin site."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Protocol, cast, runtime_checkable

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from core.http.errors import Unavailable
from users_uc.models import User
from users_uc.text import PASSWORD_MAX_LENGTH
from users_uc.tokens.password_change import PASSWORD_CHANGE_REQUIRED
from users_uc.user_queries import lock_users

type View = Callable[..., HttpResponseBase]


class LoginForm(AdminAuthenticationForm):
    """The login form of the admin, with the password limit of the API's login."""

    password = forms.CharField(
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def confirm_login_allowed(self, user: User) -> None:
        """Reject a user who must choose another password, which the admin does not offer."""
        super().confirm_login_allowed(user)
        if user.must_change_password:
            raise forms.ValidationError(str(PASSWORD_CHANGE_REQUIRED))

    def clean(self) -> dict[str, Any]:
        """Check the credentials, and show an error if too many logins wait for a costly hash."""
        try:
            return super().clean()
        except Unavailable as exc:
            raise forms.ValidationError(str(exc.detail)) from None


class AdminSite(admin.AdminSite):
    """The admin site, whose changes need rights that the user still has when they commit."""

    login_form = LoginForm

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return Django's values, with the console as the site that the link at the top shows.

        A proxy may publish the admin under another host, so the URL is not relative.
        """
        site_url = (settings.CONSOLE_URL or "/") if settings.CONSOLE_ENABLED else ""
        return super().each_context(request) | {"site_url": site_url}

    def admin_view[V: View](self, view: V, cacheable: bool = False) -> V:
        """Return the view with the checks of the admin, and with the user locked."""
        return super().admin_view(_with_locked_user(view), cacheable)


@runtime_checkable
class LocksFirst(Protocol):
    """A `ModelAdmin` whose pages change more than rows of their own table."""

    def lock_first(self, request: HttpRequest, object_id: str | None) -> Collection[int]:
        """Take the locks that come before those of users, and return the users to lock."""


def _with_locked_user[V: View](view: V) -> V:
    """Return the view with the user of the session locked during a POST.

    Otherwise a change that waits for a row would be written after its user lost the right to it.
    The order of the locks is that of the API (docs/architecture.md).
    """
    model_admin = getattr(view, "__self__", None)

    @wraps(view)
    def locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            others: Collection[int] = ()
            if isinstance(model_admin, LocksFirst):
                object_id = kwargs.get("object_id", kwargs.get("id"))
                others = model_admin.lock_first(request, object_id)
            request.user = _lock(request.user, others)
            return view(request, *args, **kwargs)

    return cast("V", locked)


def _lock(known: Any, others: Collection[int]) -> User:
    user = lock_users(known.pk, *others).get(known.pk)
    if user is None or user.get_session_auth_hash() != known.get_session_auth_hash():
        raise PermissionDenied
    return user
