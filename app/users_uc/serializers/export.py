"""The export of the data about a user (GDPR, article 15; LGPD, article 18)."""

from typing import Final

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from users_uc.models import ApiKey, Mail, RefreshFamily, User
from users_uc.serializers.attribute_values import AttributesField

_PERMISSION: Final = ("content_type__app_label", "codename")


@extend_schema_serializer(component_name="OwnLogin")
class _LoginSerializer(serializers.ModelSerializer[RefreshFamily]):
    class Meta:
        model = RefreshFamily
        fields = ("rotated_at", "expires_at")


@extend_schema_serializer(component_name="OwnMail")
class _MailSerializer(serializers.ModelSerializer[Mail]):
    class Meta:
        model = Mail
        # sent_at would reveal whether a new e-mail address belongs to another user.
        fields = ("kind", "language", "created_at")


@extend_schema_serializer(component_name="OwnApiKey")
class _ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "created_at", "expires_at", "last_used_at")


class OwnDataSerializer(serializers.ModelSerializer[User]):
    """The stored data about the caller, without secrets.

    `import_id` is the import that created the account. Imports that the caller has started
    are not included: the history of imports lists them. Webhooks are not included, because they
    belong to the service.
    """

    logins = _LoginSerializer(many=True)
    mails = _MailSerializer(many=True)
    api_keys = _ApiKeySerializer(many=True)
    attributes = AttributesField(read_only=True)
    groups = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = (
            "id", "email", "verified_email", "external_id", "name", "phone", "attributes",
            "is_active", "deactivated_by_user", "must_change_password", "is_staff", "is_superuser",
            "groups", "permissions", "date_joined", "last_login", "import_id", "import_line",
            "last_import_id", "logins", "mails", "api_keys",
        )  # fmt: skip
        read_only_fields = fields

    def get_groups(self, user: User) -> list[str]:
        """The names of the groups."""
        return list(user.groups.order_by("name").values_list("name", flat=True))

    def get_permissions(self, user: User) -> list[str]:
        """The permissions that do not come from a group, such as `tasks.add_importjob`."""
        permissions = user.user_permissions.order_by("codename")
        return [f"{app}.{name}" for app, name in permissions.values_list(*_PERMISSION)]
