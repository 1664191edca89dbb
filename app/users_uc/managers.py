"""The manager of users."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import BaseUserManager
from django.db import connection
from django.db.models import F
from psycopg import sql

from core.postgres.compiled_lookup import CompiledLookup
from users_uc.emails import InvalidEmailError, normalise

if TYPE_CHECKING:
    from users_uc.models import User

_LOCK_KEY: Final = "SELECT 1 FROM {} WHERE id = %s FOR KEY SHARE"


class UserManager(BaseUserManager["User"]):
    """Create users, and find them by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Save and return a user. Without a password the user cannot log in.

        Raises `InvalidEmailError`.
        """
        user = self.model(email=normalise(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        rights = {"is_staff": True, "is_superuser": True, "verified_email": normalise(email)}
        return self.create_user(email, password, **fields, **rights)

    def disable_unconfirmed_password(self, email: str) -> bool:
        """Remove the password of a self-registered user whose e-mail address is not confirmed.

        Anybody can register with somebody else's e-mail address. Return whether there was one.
        """
        registered = self.filter(email=email, import_id=None, is_staff=False, is_superuser=False)
        unconfirmed = registered.exclude(verified_email=F("email"))
        return bool(unconfirmed.update(password=make_password(None)))

    def lock_against_deletion(self, user_id: int) -> bool:
        """Lock the user's key until the transaction ends, and return whether the user exists.

        A deletion of the user waits for the lock. Other changes do not.
        """
        with connection.cursor() as cursor:
            table = sql.Identifier(self.model._meta.db_table)
            cursor.execute(sql.SQL(_LOCK_KEY).format(table), [user_id])
            return cursor.fetchone() is not None

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail address in any spelling. Raises `DoesNotExist`."""
        try:
            user = self._by_email.find(normalise(username or ""))
        except InvalidEmailError:
            user = None
        if user is None:
            raise self.model.DoesNotExist
        return user

    @cached_property
    def _by_email(self) -> CompiledLookup["User"]:
        return CompiledLookup(self.all, by="email")
