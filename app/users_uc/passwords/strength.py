"""The strength of passwords: a validator, and the check of imports with all validators."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from users_uc.models import User
from users_uc.text import PASSWORD_MAX_LENGTH


class MaximumLengthValidator:
    """The maximum length of a password in forms of the admin and in Django's commands."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise `ValidationError` for a password that no login accepts."""
        if len(password) > PASSWORD_MAX_LENGTH:
            message = _("The password is too long. Use at most {limit} characters.")
            raise ValidationError(message.format(limit=PASSWORD_MAX_LENGTH), "password_too_long")

    def get_help_text(self) -> str:
        """Return the rule for the forms of the admin."""
        message = _("Your password can have at most {limit} characters.")
        return message.format(limit=PASSWORD_MAX_LENGTH)


def is_weak(password: str, email: str, name: str) -> bool:
    """Return whether AUTH_PASSWORD_VALIDATORS reject the password for this user."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError:
        return True
    return False
