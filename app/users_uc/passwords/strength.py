"""The strength check of passwords in imports, with the validators of the API."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from users_uc.models import User


def is_weak(password: str, email: str, name: str) -> bool:
    """Return whether AUTH_PASSWORD_VALIDATORS reject the password for this user."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError:
        return True
    return False
