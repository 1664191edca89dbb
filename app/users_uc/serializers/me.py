"""Serializers that require the caller's password."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from users_uc.fields import (
    check_password_strength,
    password_field,
)
from users_uc.models import User


class OwnPasswordSerializer(serializers.Serializer[User]):
    """The current password of the caller, for actions that need more than a token."""

    current_password = password_field()

    def validate_current_password(self, value: str) -> str:
        """Check the password. Raises `wrong_password`."""
        if not self.context["request"].user.check_password(value):
            message = _("The password is wrong. Enter your current password.")
            raise serializers.ValidationError(message, code="wrong_password")
        return value


class PasswordChangeSerializer(OwnPasswordSerializer):
    """The current password and a new one."""

    new_password = password_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the strength of the new password."""
        user: User = self.context["request"].user
        check_password_strength(attrs["new_password"], user, field="new_password")
        return attrs
