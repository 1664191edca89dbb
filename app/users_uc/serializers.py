"""Accounts as JSON, in and out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.validators import UniqueValidator

from core.serializers import NativeSerializer
from users_uc.fields import (
    EmailField,
    PersonTextField,
    check_password_strength,
    password_field,
)
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.permissions import editable_fields
from users_uc.text import NAME_MAX_LENGTH, PHONE_MAX_LENGTH

_UNIQUE_MESSAGE = gettext_lazy("A user with this e-mail already exists.")


@contextmanager
def unique_email() -> Iterator[None]:
    """One transaction; the race that a uniqueness check loses is the same 400 as the check."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "user_email_unique" not in str(error):
            raise
        raise _taken() from None


def _taken() -> serializers.ValidationError:
    detail = serializers.ErrorDetail(str(_UNIQUE_MESSAGE), code="unique")
    return serializers.ValidationError({"email": [detail]})


class _PersonSerializer(NativeSerializer[User]):
    email = EmailField(
        max_length=254,
        validators=[UniqueValidator(User.objects.all(), message=_UNIQUE_MESSAGE)],
    )
    name = PersonTextField(max_length=NAME_MAX_LENGTH, required=False, allow_blank=True)
    phone = PersonTextField(max_length=PHONE_MAX_LENGTH, required=False, allow_blank=True)


class RegisterSerializer(_PersonSerializer):
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
        """Save the user, or write to who has the address; both take one hash and one mail."""
        try:
            return super().create(validated_data)
        except serializers.ValidationError:
            outbox.add(Mail.Kind.ACCOUNT_EXISTS, address=validated_data["email"])
        validated_data.pop("password")
        return User(**validated_data)


class UserSerializer(_PersonSerializer):
    """A user for whoever may see it; each caller changes only what editable_fields allows.

    Sending back an unchanged value is no change, so that GET, edit, PUT works for everybody.
    """

    # Whether it is taken is said to who may set it, and to nobody else.
    email = EmailField(max_length=254)
    password = password_field(required=False)
    is_active = serializers.BooleanField(required=False)
    is_staff = serializers.BooleanField(required=False)
    is_superuser = serializers.BooleanField(required=False)
    can_import = serializers.BooleanField(required=False)
    email_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id", "email", "name", "phone", "password", "is_active", "is_staff", "is_superuser",
            "can_import", "email_verified", "date_joined", "import_id",
        )  # fmt: skip
        read_only_fields = ("date_joined", "import_id")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the caller may not change; check a password's strength."""
        actor = self.context["request"].user
        changed = self._changed(attrs)
        forbidden = changed - editable_fields(actor, self.instance)
        if forbidden:
            names = ", ".join(sorted(forbidden))
            raise PermissionDenied(_("You may not set: {names}.").format(names=names))
        if "email" in changed and User.objects.filter(email=attrs["email"]).exists():
            raise _taken()
        if "password" in attrs:
            person = self.instance or User(email=attrs["email"], name=attrs.get("name", ""))
            check_password_strength(attrs["password"], person, field="password")
        return attrs

    def _changed(self, attrs: Mapping[str, Any]) -> set[str]:
        before = self.instance or User(is_active=True)
        return {f for f, value in attrs.items() if value != getattr(before, f, False)} | (
            attrs.keys() & {"password"}
        )

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save a new user, with privileges where the caller may give them."""
        can_import = validated_data.pop("can_import", False)
        with unique_email():
            user = User.objects.create_user(**validated_data)
            user.set_can_import(allowed=can_import)
        user.can_import = can_import  # type: ignore[attr-defined]
        user.email_verified = user.has_verified_email()  # type: ignore[attr-defined]
        return user

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Save the changes; a new password ends the user's older tokens.

        What was sent back as it was read is not saved: it would undo what others changed since.
        """
        changes = {name: validated_data[name] for name in self._changed(validated_data)}
        for name, value in changes.items():
            setattr(instance, name, value)
        if "password" in changes:
            instance.set_password(changes["password"])
        with unique_email():
            instance.save(update_fields=changes.keys() - {"can_import"})
            if "can_import" in changes:
                instance.set_can_import(allowed=changes["can_import"])
        instance.email_verified = instance.has_verified_email()  # type: ignore[attr-defined]
        return instance


class LoginSerializer(serializers.Serializer[User]):
    """Who logs in. The address is normalised where the user is looked up."""

    email = serializers.CharField(max_length=254)
    password = password_field()


class RefreshSerializer(serializers.Serializer[User]):
    """A refresh token, to renew or to end."""

    refresh = serializers.CharField(max_length=4096)


class TokenPairSerializer(serializers.Serializer[User]):
    """What login and renewal answer."""

    access = serializers.CharField()
    refresh = serializers.CharField()


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
