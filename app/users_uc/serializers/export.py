"""What the service knows about a person (GDPR, article 15; LGPD, article 18)."""

from typing import Final

from rest_framework import serializers

from users_uc.models import Mail, RefreshFamily, User

_PERMISSION: Final = ("content_type__app_label", "codename")


class _LoginSerializer(serializers.ModelSerializer[RefreshFamily]):
    class Meta:
        model = RefreshFamily
        fields = ("rotated_at", "expires_at")


class _MailSerializer(serializers.ModelSerializer[Mail]):
    class Meta:
        model = Mail
        # Without sent_at: a mail to a new address is not sent where somebody else has the address.
        fields = ("kind", "language", "created_at")


class OwnDataSerializer(serializers.ModelSerializer[User]):
    """All of it but secrets. `import_id` is the import that created the account.

    The imports that they have started are theirs to read in the history of imports.
    """

    logins = _LoginSerializer(many=True)
    mails = _MailSerializer(many=True)
    groups = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = (
            "id", "email", "verified_email", "name", "phone", "is_active", "is_staff",
            "is_superuser", "groups", "permissions", "date_joined", "last_login", "import_id",
            "logins", "mails",
        )  # fmt: skip
        read_only_fields = fields

    def get_groups(self, user: User) -> list[str]:
        """Their names."""
        return list(user.groups.order_by("name").values_list("name", flat=True))

    def get_permissions(self, user: User) -> list[str]:
        """Those that they have beside their groups', as Django names them."""
        given = user.user_permissions.order_by("codename")
        return [f"{app}.{name}" for app, name in given.values_list(*_PERMISSION)]
