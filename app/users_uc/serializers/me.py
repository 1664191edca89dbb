"""Serializers that require the caller's password."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.http.known_fields import KnownFields
from users_uc.fields import (
    check_password_strength,
    password_field,
)
from users_uc.models import User
from users_uc.recent_login import check_own_password


class OwnPasswordSerializer(KnownFields):
    """The current password of the caller, for actions that need more than a token."""

    current_password = password_field()

    def validate_current_password(self, value: str) -> str:
        """Check the password. Raises `wrong_password`."""
        check_own_password(self.context["request"].user, value)
        return value


class PasswordChangeSerializer(OwnPasswordSerializer):
    """The current password and a new one."""

    new_password = password_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the strength of the new password. Raises `same_password` if it must differ."""
        user: User = self.context["request"].user
        if user.must_change_password and attrs["new_password"] == attrs["current_password"]:
            message = _("This is your current password. Choose another one.")
            detail = serializers.ErrorDetail(message, code="same_password")
            raise serializers.ValidationError({"new_password": [detail]})
        check_password_strength(attrs["new_password"], user, field="new_password")
        return attrs
