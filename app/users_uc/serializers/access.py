"""Signing up, logging in, renewing."""

from typing import Any

from django.db import transaction
from rest_framework import serializers

from users_uc.fields import (
    EmailField,
    TextField,
    check_password_strength,
    password_field,
)
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.serializers.user_fields import UserFieldsSerializer, unique_email


class RegisterSerializer(UserFieldsSerializer):
    """Somebody signs up."""

    password = password_field()

    class Meta:
        model = User
        fields = ("id", "email", "name", "phone", "password", "date_joined")
        read_only_fields = ("date_joined",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Also the password's strength, which depends on the rest."""
        password = attrs["password"]
        person = User(email=attrs["email"], name=attrs.get("name", ""))
        check_password_strength(password, person, field="password")
        return attrs

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save the user; `unique` when a parallel request was faster."""
        with unique_email():
            user = User.objects.create_user(**validated_data)
            outbox.add(Mail.Kind.ACTIVATION, user=user)
        return user


class QuietRegisterSerializer(RegisterSerializer):
    """Somebody signs up, and only the owner of the address learns whether it was known."""

    email = EmailField(max_length=254)

    class Meta:
        model = User
        fields = ("email", "name", "phone", "password")

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save the user, or write to who has the address; both take one hash and one mail.

        Of several who signed up with an address that nobody has confirmed, none keeps the password:
        who has the mailbox chooses one.
        """
        email = validated_data["email"]
        try:
            return super().create(validated_data)
        except serializers.ValidationError:
            with transaction.atomic():
                contested = User.objects.disable_unconfirmed_password(email)
                kind = Mail.Kind.PASSWORD_RESET if contested else Mail.Kind.ACCOUNT_EXISTS
                outbox.add(kind, address=email)
        validated_data.pop("password")
        return User(**validated_data)


class LoginSerializer(serializers.Serializer[User]):
    """Who logs in. The address is normalised where the user is looked up."""

    email = TextField(max_length=254)
    password = password_field()


class RefreshSerializer(serializers.Serializer[User]):
    """A refresh token, to renew or to end."""

    refresh = TextField(max_length=4096)


class TokenPairSerializer(serializers.Serializer[User]):
    """What login and renewal answer."""

    access = serializers.CharField()
    refresh = serializers.CharField()
