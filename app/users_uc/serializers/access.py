"""Serializers of registration and login."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.http.known_fields import KnownFields
from users_uc import emails
from users_uc.fields import (
    EmailField,
    TextField,
    check_password_strength,
    password_field,
)
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.serializers.user_fields import UserFieldsSerializer, unique_user


@extend_schema_serializer(component_name="Registration")
class RegisterSerializer(UserFieldsSerializer):
    """A user who registers."""

    password = password_field()

    class Meta:
        model = User
        fields = ("id", "email", "name", "phone", "password", "date_joined")
        read_only_fields = ("date_joined",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the strength of the password against the other fields."""
        user = User(email=attrs["email"], name=attrs.get("name", ""))
        check_password_strength(attrs["password"], user, field="password")
        return attrs

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save the user. Raises `unique` if a parallel request has taken the e-mail address."""
        with unique_user():
            user = User.objects.create_user(**validated_data)
            outbox.add(Mail.Kind.ACTIVATION, user=user, by_registration=True)
        return user


class QuietRegisterSerializer(RegisterSerializer):
    """A user who registers. The answer does not reveal whether the account exists."""

    email = EmailField(max_length=emails.MAX_LENGTH)

    class Meta:
        model = User
        fields = ("email", "name", "phone", "password")

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save the user, or send a mail to the owner of an e-mail address that has an account.

        Both take the time of one hash and one mail. If the account is not confirmed, its password
        is removed, because a stranger may have set it. The owner of the mailbox chooses a new one.
        """
        email = validated_data["email"]
        try:
            return super().create(validated_data)
        except serializers.ValidationError:
            with transaction.atomic():
                disabled = User.objects.disable_unconfirmed_password(email)
                kind = Mail.Kind.PASSWORD_RESET if disabled else Mail.Kind.ACCOUNT_EXISTS
                outbox.add(kind, address=email, by_registration=True)
        validated_data.pop("password")
        return User(**validated_data)


class LoginSerializer(KnownFields):
    """The credentials of a user."""

    email = TextField(max_length=emails.MAX_LENGTH)  # normalised by the look-up of the user
    password = password_field()


class RefreshSerializer(KnownFields):
    """A refresh token."""

    refresh = TextField(max_length=4096)


class TokenPairSerializer(serializers.Serializer[User]):
    """A new pair of tokens."""

    access = serializers.CharField()
    refresh = serializers.CharField()
