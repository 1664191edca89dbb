"""What takes one's own password."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from users_uc.fields import (
    check_password_strength,
    password_field,
)
from users_uc.models import User


class OwnPasswordSerializer(serializers.Serializer[User]):
    """One's own password, for what must not be done with a token alone."""

    current_password = password_field()

    def validate_current_password(self, value: str) -> str:
        """`wrong_password`."""
        if not self.context["request"].user.check_password(value):
            problem = _("This is not your password.")
            raise serializers.ValidationError(problem, code="wrong_password")
        return value


class PasswordChangeSerializer(OwnPasswordSerializer):
    """A new password, for who knows the current one."""

    new_password = password_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The new one must be strong."""
        user: User = self.context["request"].user
        check_password_strength(attrs["new_password"], user, field="new_password")
        return attrs
