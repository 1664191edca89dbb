"""The serializer of user management."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from users_uc import creation_keys, emails
from users_uc.attribute_queries import lock_values
from users_uc.auth import lock_caller_and_target, locked_caller
from users_uc.etags import check_if_match
from users_uc.fields import (
    EmailField,
    ExternalIdField,
    StrictBooleanField,
    check_password_strength,
    password_field,
)
from users_uc.models import User
from users_uc.permissions import editable_fields, needs_password
from users_uc.recent_login import check_own_password, has_recent_login, require_recent_login
from users_uc.serializers.attribute_values import AttributesField, apply_changes
from users_uc.serializers.user_fields import (
    UNIQUE_FIELDS,
    UserFieldsSerializer,
    taken,
    unique_user,
)
from users_uc.user_queries import find_user


def _require_allowed(changed: Collection[str], actor: User, target: User | None) -> None:
    forbidden = set(changed) - editable_fields(actor, target)
    if forbidden:
        names = ", ".join(sorted(forbidden))
        message = _("You may not set these fields: {names}. Leave them out.")
        raise PermissionDenied(message.format(names=names))


@contextmanager
def _storing(changed: Collection[str]) -> Iterator[None]:
    """Run the body in a transaction in which a user with these changes is stored.

    The lock comes before the locks of users, in every transaction that takes both.
    """
    with unique_user():
        if "attributes" in changed:
            lock_values()
        yield


class UserSerializer(UserFieldsSerializer):
    """A user. The rights of the caller decide which fields a request may change.

    Unchanged values are always allowed, so that a client can send back the answer of a GET.
    """

    # validate() checks uniqueness: only a caller who may set the field learns whether it is taken.
    email = EmailField(max_length=emails.MAX_LENGTH)
    external_id = ExternalIdField()
    attributes = AttributesField(required=False)
    password = password_field(required=False)
    current_password = password_field(
        required=False,
        help_text="The caller's own password. It is needed to change a password, an e-mail address "
        "or a right if the caller's login is older than 5 minutes or the request has an API key.",
    )
    is_active = StrictBooleanField(required=False)
    must_change_password = StrictBooleanField(
        required=False,
        help_text="Whether the user must choose another password. Until then a login answers 403 "
        "`password_change_required`. Setting it revokes the user's tokens.",
    )
    is_staff = StrictBooleanField(required=False)
    is_superuser = StrictBooleanField(required=False)
    can_import = StrictBooleanField(required=False)
    email_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id", "email", "external_id", "name", "phone", "attributes", "password",
            "current_password", "is_active", "must_change_password", "is_staff", "is_superuser",
            "can_import", "email_verified", "date_joined", "import_id", "import_line",
            "last_import_id",
        )  # fmt: skip
        read_only_fields = ("date_joined", "import_id", "import_line", "last_import_id")

    def validate_current_password(self, value: str) -> str:
        """Check the password if it is needed. Raises `wrong_password`."""
        request = self.context["request"]
        if not has_recent_login(request):
            check_own_password(request.user, value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject fields that the caller may not change, and check the strength of a password."""
        request, current_password = self.context["request"], attrs.pop("current_password", None)
        if self.instance is None:
            creation_keys.check_new(request)
        changed = self._changed(attrs)
        _require_allowed(changed, request.user, self.instance)
        if current_password is None and needs_password(changed, self.instance):
            require_recent_login(request)
        for field in changed.intersection(UNIQUE_FIELDS):
            value = attrs[field]
            if value is not None and User.objects.filter(**{field: value}).exists():
                if self.instance is None:  # a parallel request may have created the user meanwhile
                    creation_keys.check_new(request)
                raise taken(field)
        if "password" in attrs:
            user = self.instance or User(email=attrs["email"], name=attrs.get("name", ""))
            check_password_strength(attrs["password"], user, field="password")
        return attrs

    def _changed(self, attrs: Mapping[str, Any]) -> set[str]:
        before = self.instance or User(is_active=True)
        changed = {f for f, value in attrs.items() if value != getattr(before, f, False)}
        return changed | (attrs.keys() & {"password"})

    def create(self, validated_data: dict[str, Any]) -> User:
        """Save a new user with the privileges that the request contains."""
        changed = self._changed(validated_data)
        can_import = validated_data.pop("can_import", False)
        password = validated_data.pop("password", None)
        attributes = validated_data.pop("attributes", {})
        user = User(**validated_data)
        user.set_password(password)  # slow, so before the lock
        with _storing(changed), locked_caller(self.context["request"]) as actor:
            _require_allowed(changed, actor, None)
            creation_keys.check_new(self.context["request"])
            if attributes:
                user.attributes = apply_changes({}, attributes)
            user.save()
            if can_import:
                user.set_can_import(allowed=True)
            creation_keys.remember(self.context["request"], user)
        user.can_import = can_import  # type: ignore[attr-defined]
        user.email_verified = user.has_verified_email()  # type: ignore[attr-defined]
        return user

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Save the changes. A new password revokes the user's tokens.

        Unchanged values are not saved, because they would undo parallel changes.
        """
        changes = {name: validated_data[name] for name in self._changed(validated_data)}
        attributes = changes.get("attributes", {})
        for name in changes.keys() - {"attributes"}:
            setattr(instance, name, changes[name])
        if "password" in changes:
            instance.set_password(changes["password"])
        with _storing(changes):
            actor, target = lock_caller_and_target(self.context["request"], instance)
            _require_allowed(changes, actor, target)
            check_if_match(self.context["request"], lambda: user_document(target.pk))
            if attributes:
                instance.attributes = apply_changes(target.attributes, attributes)
            instance.save(update_fields=changes.keys() - {"can_import"})
            if "can_import" in changes:
                instance.set_can_import(allowed=changes["can_import"])
        instance.email_verified = instance.has_verified_email()  # type: ignore[attr-defined]
        return instance


def user_document(user_id: int) -> dict[str, Any]:
    """Return the present document of a user, whose row the caller has locked."""
    document: dict[str, Any] = UserSerializer(find_user(user_id)).data
    return document
