"""Whether a password is good enough: one rule for the API and for imports."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from users_uc.models import User


def is_weak(password: str, email: str, name: str) -> bool:
    """Whether AUTH_PASSWORD_VALIDATORS refuse it for this person."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError:
        return True
    return False
