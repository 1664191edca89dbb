"""Queries of users with the fields that the API shows."""

from functools import cache

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from core.postgres.compiled_lookup import CompiledLookup
from users_uc.models import IMPORTERS_GROUP, User


def users_with_rights() -> QuerySet[User]:
    """Return all users with `can_import` and `email_verified`."""
    return _users_with_rights().all()


@cache
def _users_with_rights() -> QuerySet[User]:
    """Return the queryset to copy from. Evaluating this one would cache its users."""
    importers = Group.objects.filter(name=IMPORTERS_GROUP, user=OuterRef("pk"))
    verified = ExpressionWrapper(Q(verified_email=F("email")), output_field=BooleanField())
    return User.objects.annotate(can_import=Exists(importers), email_verified=verified)


def lock_users(*user_ids: int) -> dict[int, User]:
    """Lock the users until the transaction ends, and return the present rows by id.

    The rows are locked in the order of their ids, so that two requests do not deadlock.
    """
    return User.objects.select_for_update(no_key=True).order_by("pk").in_bulk(user_ids)


_by_id = CompiledLookup(users_with_rights)


def find_user(user_id: int) -> User | None:
    """Return the user with the fields of `users_with_rights`, or `None`.

    Authentication loads the caller with it too, so that `users/me/` needs no further query.
    """
    return _by_id.find(user_id)
