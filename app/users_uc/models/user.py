"""The user model."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from users_uc import emails, signals
from users_uc.managers import UserManager
from users_uc.models.logins import revoke_logins
from users_uc.passwords.foreign_hashes import MAX_LENGTH as HASH_MAX_LENGTH
from users_uc.text import (
    EXTERNAL_ID_MAX_LENGTH,
    NAME_MAX_LENGTH,
    PASSWORD_MAX_LENGTH,
    PHONE_MAX_LENGTH,
)

IMPORTERS_GROUP = "Importers"
"""The group whose members may upload files. The tasks app creates it with its permission."""


class User(AbstractUser):
    """A user, identified by the e-mail address.

    Columns that a file does not bring have a default in the database, so that COPY sends only
    values that differ from row to row.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    # The collation "C" orders by bytes, so that the unique index also serves a prefix search.
    email = models.EmailField(max_length=emails.MAX_LENGTH, db_collation="C")
    name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, default="", db_default="")
    phone = models.CharField(max_length=PHONE_MAX_LENGTH, blank=True, default="", db_default="")
    # Not "", of which only one user could have it.
    external_id = models.CharField(  # noqa: DJ001
        max_length=EXTERNAL_ID_MAX_LENGTH, null=True, blank=True, db_collation="C",
        help_text=_("The number or name by which another system knows the user."),
    )  # fmt: skip
    attributes = models.JSONField(
        default=dict, db_default={}, blank=True,
        help_text=_(
            "The values of declared attributes by name, in the form of `attributes.values`."
        ),
    )  # fmt: skip
    password = models.CharField(max_length=HASH_MAX_LENGTH, db_default="!")
    is_active = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False, db_default=False)
    is_superuser = models.BooleanField(default=False, db_default=False)
    deactivated_by_user = models.BooleanField(
        default=False, db_default=False, editable=False,
        help_text=_(
            "Whether the user deactivated the account. Only a superuser can reactivate it."
        ),
    )  # fmt: skip
    must_change_password = models.BooleanField(
        default=False, db_default=False,
        help_text=_("Whether the user must choose another password before any other request."),
    )  # fmt: skip
    date_joined = models.DateTimeField(db_default=Now(), editable=False)
    token_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    verified_email = models.CharField(
        max_length=emails.MAX_LENGTH, blank=True, default="", db_default="", editable=False,
        help_text=_("The confirmed e-mail address. `email` is confirmed if the two are equal."),
    )  # fmt: skip
    # Not a foreign key, because its check would cost an import one query per row.
    import_id = models.UUIDField(null=True, editable=False)
    import_line = models.BigIntegerField(
        null=True, editable=False, help_text=_("The line of the file of `import_id`.")
    )
    last_import_id = models.UUIDField(
        null=True, editable=False, help_text=_("The import that changed the user last.")
    )

    objects = UserManager()  # type: ignore[misc,assignment]

    _password: str | None  # the new password, between set_password and save

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            # unique=True would add a second index for LIKE.
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            # Partial, so that users without an external id cost an import nothing.
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(external_id__isnull=False),
                name="user_external_id_unique",
            ),
        ]
        indexes = [
            BrinIndex(fields=["import_id"], name="user_import_brin"),
            models.Index(fields=["id"], condition=models.Q(is_active=False), name="user_inactive"),
            # Partial, so that users without attributes cost an import nothing.
            GinIndex(
                fields=["attributes"],
                opclasses=["jsonb_path_ops"],
                condition=~Q(attributes={}),
                name="user_attributes_gin",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """Return the name, or the e-mail address of a user without a name."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return the same as `get_full_name`, because users have one name."""
        return self.get_full_name()

    def clean(self) -> None:
        """Normalise the e-mail address of the admin's forms. Raises `ValidationError`."""
        try:
            self.email = emails.normalise(self.email)
        except emails.InvalidEmailError:
            raise ValidationError({"email": gettext("Enter a valid e-mail address.")}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the user, report the change, and revoke logins and links if it requires that.

        A revocation follows a new password, a new e-mail address, a deactivation, and the
        obligation to choose another password.
        """
        if self.is_active and self.deactivated_by_user:
            self.deactivated_by_user = False
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "deactivated_by_user"}
        revokes = self._password is not None or not self.is_active
        with transaction.atomic():
            is_new, fields = self._state.adding, kwargs.get("update_fields")
            revokes = not is_new and (revokes or self._changes_login(fields))
            before = {} if is_new else self._reported(fields)
            super().save(*args, **kwargs)
            if is_new:
                signals.report(signals.UserChange.CREATED, self.pk)
            elif before:
                after = {name: getattr(self, name) for name in before}
                signals.report_saved(self.pk, before, after)
            if revokes:
                self._revoke_logins()

    def _reported(self, update_fields: Iterable[str] | None) -> dict[str, Any]:
        """Lock the user, and return the stored values of the reported fields among these."""
        names = [n for n in signals.REPORTED if update_fields is None or n in update_fields]
        if not names:
            return {}
        stored = type(self).objects.filter(pk=self.pk).select_for_update(no_key=True)
        return stored.values(*names).first() or {}

    def _changes_login(self, update_fields: Iterable[str] | None) -> bool:
        """Return whether the e-mail address changes, or the password must now be changed."""
        changes = {"email": Q(email=self.email)}
        if self.must_change_password:
            changes["must_change_password"] = Q(must_change_password=True)
        same = [q for name, q in changes.items() if update_fields is None or name in update_fields]
        return bool(same) and not type(self).objects.filter(*same, pk=self.pk).exists()

    def _revoke_logins(self) -> None:
        """Invalidate all earlier tokens and links, also if the old values are restored later."""
        self.token_version = models.F("token_version") + 1
        super().save(update_fields=["token_version"])
        self.refresh_from_db(fields=["token_version"])
        revoke_logins([self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the user and related rows.

        The lock makes a parallel insert of a related row finish before the deletion, or fail.
        """
        with transaction.atomic():
            type(self).objects.select_for_update().filter(pk=self.pk).first()
            return super().delete(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return a hash that ends sessions of the admin whenever tokens are revoked."""
        salt = "users_uc.models.User.get_session_auth_hash"
        value = f"{self.password} {self.token_version}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def check_password(self, raw_password: str | None) -> bool:
        """Check the password as Django does, but hash no password that is too long.

        The upgrade of an old hash does not overwrite a password that was changed in the meantime.
        """
        if raw_password is not None and len(raw_password) > PASSWORD_MAX_LENGTH:
            return False
        before = self.password

        def upgrade(raw: str) -> None:
            upgraded = make_password(raw)
            if type(self).objects.filter(pk=self.pk, password=before).update(password=upgraded):
                self.password = upgraded  # the hash of the admin's session depends on it

        return check_password(raw_password, before, upgrade)

    def set_unusable_password(self) -> None:
        """Remove the password, and note the change for `save`, which Django does not do."""
        super().set_unusable_password()
        self._password = ""

    def has_verified_email(self) -> bool:
        """Return whether the present e-mail address is confirmed."""
        return self.verified_email == self.email

    def has_known_owner(self) -> bool:
        """Return whether more than a registration says that the e-mail address is the user's."""
        is_privileged = self.is_staff or self.is_superuser
        return self.has_verified_email() or self.import_id is not None or is_privileged

    def deactivate(self) -> None:
        """Deactivate the user at their own wish and revoke all tokens."""
        self.is_active, self.deactivated_by_user = False, True
        self.save(update_fields=["is_active", "deactivated_by_user"])

    def change_password(self, raw_password: str) -> None:
        """Save a password that the user has chosen."""
        self.choose_password(raw_password)
        self.save(update_fields=["password", "must_change_password"])

    def choose_password(self, raw_password: str) -> None:
        """Set a password that the user has chosen, without saving."""
        self.set_password(raw_password)
        self.must_change_password = False

    def set_can_import(self, *, allowed: bool) -> None:
        """Add the user to the group of importers, or remove the user from it."""
        group = Group.objects.get(name=IMPORTERS_GROUP)
        (self.groups.add if allowed else self.groups.remove)(group)
