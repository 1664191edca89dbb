"""The user."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from users_uc.emails import InvalidEmailError, normalise
from users_uc.managers import UserManager
from users_uc.models.logins import revoke_logins
from users_uc.text import NAME_MAX_LENGTH, PHONE_MAX_LENGTH

IMPORTERS_GROUP = "Importers"
"""Members may upload files; the tasks app gives the group its permission."""


class User(AbstractUser):
    """A person, known by e-mail.

    What an import does not bring has a default in the database, so that COPY sends only what
    differs from row to row.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    # "C": bytes in order, so that the unique index also serves prefix search.
    email = models.EmailField(max_length=254, db_collation="C")
    name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, default="", db_default="")
    phone = models.CharField(max_length=PHONE_MAX_LENGTH, blank=True, default="", db_default="")
    password = models.CharField(max_length=128, db_default="!")
    is_active = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False, db_default=False)
    is_superuser = models.BooleanField(default=False, db_default=False)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)
    token_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    verified_email = models.CharField(
        max_length=254, blank=True, default="", db_default="", editable=False,
        help_text="The address that was shown to be theirs; another `email` is not verified.",
    )  # fmt: skip
    # No foreign key: checking it would cost an import one query a row.
    import_id = models.UUIDField(null=True, editable=False)

    objects = UserManager()  # type: ignore[misc,assignment]

    _password: str | None  # the new one, between set_password and save

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            # Not unique=True, which would add a second index for LIKE.
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
        ]
        indexes = [
            BrinIndex(fields=["import_id"], name="user_import_brin"),
            models.Index(fields=["id"], condition=models.Q(is_active=False), name="user_inactive"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """The name, or the e-mail of who gave none."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """The same: people have one name here."""
        return self.get_full_name()

    def clean(self) -> None:
        """What the admin's forms send is normalised as everywhere."""
        try:
            self.email = normalise(self.email)
        except InvalidEmailError:
            raise ValidationError({"email": _("Enter a valid e-mail address.")}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also end what was given to who had another password or address, or was active."""
        over = self._password is not None or not self.is_active
        with transaction.atomic():
            over = not self._state.adding and (over or self._has_moved(kwargs.get("update_fields")))
            super().save(*args, **kwargs)
            if over:
                self._revoke_logins()

    def _has_moved(self, saved: Iterable[str] | None) -> bool:
        if saved is not None and "email" not in saved:
            return False
        return type(self).objects.filter(pk=self.pk).exclude(email=self.email).exists()

    def _revoke_logins(self) -> None:
        """No token or link given before counts any more, also where all is as it was then."""
        self.token_version = models.F("token_version") + 1
        super().save(update_fields=["token_version"])
        self.refresh_from_db(fields=["token_version"])
        revoke_logins([self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """What others add to them at the same time is there before it, or finds nobody."""
        with transaction.atomic():
            type(self).objects.select_for_update().filter(pk=self.pk).first()
            return super().delete(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, for the admin; it ends when tokens end, not only with another password."""
        salt = "users_uc.models.User.get_session_auth_hash"
        value = f"{self.password} {self.token_version}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def check_password(self, raw_password: str | None) -> bool:
        """Django's, but what renews an older hash does not undo a change that came meanwhile."""
        before = self.password

        def renew(raw: str) -> None:
            renewed = make_password(raw)
            if type(self).objects.filter(pk=self.pk, password=before).update(password=renewed):
                self.password = renewed  # what a session of the admin is compared with

        return check_password(raw_password, before, renew)

    def set_unusable_password(self) -> None:
        """A change of the password too, which Django does not note."""
        super().set_unusable_password()
        self._password = ""

    def has_verified_email(self) -> bool:
        """Whether somebody has followed a link that was sent to it."""
        return self.verified_email == self.email

    def deactivate(self) -> None:
        """Let them in no more, with no token that they have; only staff activates them again."""
        self.is_active = False
        self.save(update_fields=["is_active"])

    def change_password(self, raw_password: str) -> None:
        """Set and save the password."""
        self.set_password(raw_password)
        self.save(update_fields=["password"])

    def set_can_import(self, *, allowed: bool) -> None:
        """Join or leave the group that may import."""
        group = Group.objects.get(name=IMPORTERS_GROUP)
        (self.groups.add if allowed else self.groups.remove)(group)
