"""The serializers of API keys."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.http.fields import ChoiceField
from core.http.known_fields import KnownFields
from users_uc.api_keys import registry
from users_uc.auth import locked_caller
from users_uc.fields import UserTextField, password_field
from users_uc.models import ApiKey, Scope
from users_uc.recent_login import prove_login


class ApiKeySerializer(KnownFields, serializers.ModelSerializer[ApiKey]):
    """An API key without its secret."""

    name = UserTextField(max_length=100, help_text="The program that uses the key.")
    scopes = serializers.ListField(
        child=ChoiceField(Scope.choices),
        min_length=1,
        help_text="What the key may do at most. The key's owner must have the right as well.",
    )
    expires_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="A key without a time does not expire.",
    )

    class Meta:
        model = ApiKey
        fields = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at")
        read_only_fields = ("created_at", "last_used_at")


class NewApiKeySerializer(ApiKeySerializer):
    """A new API key. The answer to its creation is the only one that has the text of the key."""

    key = serializers.CharField(
        read_only=True, help_text="The text for the header `Authorization: Bearer`."
    )
    current_password = password_field(
        required=False,
        help_text="The caller's password. It is needed if the login is older than 5 minutes.",
    )

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "key", "current_password")  # type: ignore[assignment]

    default_error_messages = {
        "past": _("This time is in the past. Send a later one, or null for a key without an end.")
    }

    def validate_scopes(self, scopes: list[str]) -> list[str]:
        """Return each scope once."""
        return sorted(set(scopes))

    def validate_expires_at(self, value: Any) -> Any:
        """Raise `past` for a key that would already be expired."""
        if value is not None and value <= timezone.now():
            self.fail("past")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require a proof of the password, because a key outlives the token that creates it."""
        prove_login(self.context["request"], attrs.pop("current_password", None))
        return attrs

    def create(self, validated_data: dict[str, Any]) -> ApiKey:
        """Store the key. Raises `TooManyKeysError`."""
        with locked_caller(self.context["request"]) as owner:
            key, text = registry.create(owner, **{"expires_at": None} | validated_data)
        key.key = text  # type: ignore[attr-defined]
        return key
