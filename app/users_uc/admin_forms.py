"""Forms of the admin that ask for the password of the superuser who uses them."""

import time
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    SetUnusablePasswordMixin,
    UserChangeForm,
)
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from users_uc.models import User
from users_uc.recent_login import AUTH_TIME, is_recent
from users_uc.text import PASSWORD_MAX_LENGTH


@receiver(user_logged_in)
def remember_login(request: HttpRequest, **_: object) -> None:
    """Store the time of the login in the session of the admin."""
    request.session[AUTH_TIME] = int(time.time())


class _PasswordField(forms.CharField):
    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return `False`: the password is no change of the user, and the history omits it."""
        return False


class _CurrentPasswordForm(forms.Form):
    """A form with the field `current_password`, which is needed if the login is not recent."""

    request: HttpRequest

    current_password = _PasswordField(
        label=_("Your own password"),
        help_text=_("Needed if your login is older than 5 minutes."),
        required=False,
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def needs_password(self) -> bool:
        """Return whether this submission needs the password or a recent login."""
        return True

    def clean_current_password(self) -> str:
        """Check the password unless the login is recent. Raises `ValidationError`."""
        password: str = self.cleaned_data["current_password"]
        if is_recent(self.request.session.get(AUTH_TIME)) or not self.needs_password():
            return password
        if not cast("User", self.request.user).check_password(password):
            raise ValidationError(_("The password is wrong. Enter your current password."))
        return password


class ChangeForm(_CurrentPasswordForm, UserChangeForm[User]):
    """The form to change a user."""

    def needs_password(self) -> bool:
        """Return whether the form changes the e-mail address or a right."""
        return not {"email", "is_staff", "is_superuser", "groups"}.isdisjoint(self.changed_data)


class PasswordForm(_CurrentPasswordForm, AdminPasswordChangeForm):  # type: ignore[type-arg]
    """The form to set or remove a user's password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Translate a text that Django has composed in English when it was imported."""
        super().__init__(*args, **kwargs)
        if field := self.fields.get("usable_password"):
            warning = gettext("If disabled, the current password for this user will be lost.")
            field.help_text = format_html(
                '{}<ul id="id_unusable_warning" class="messagelist">'
                '<li class="warning">{}</li></ul>',
                SetUnusablePasswordMixin.usable_password_help_text,
                warning,
            )


def bound_to[F: type[_CurrentPasswordForm]](form: F, request: HttpRequest) -> F:
    """Return the form class with the request, which Django does not hand to its forms."""
    return cast("F", type(form.__name__, (form,), {"request": request}))
