"""Queries of users with the fields that the API shows."""

from functools import cache

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

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


def lock_user_or_404(user: User) -> User:
    """Lock and return the present row of the user. Raises `Http404` if the user was deleted."""
    return get_object_or_404(User.objects.select_for_update(no_key=True), pk=user.pk)


_by_id = CompiledLookup(users_with_rights)


def find_user(user_id: int) -> User | None:
    """Return the user with the fields of `users_with_rights`, or `None`.

    Authentication loads the caller with it too, so that `users/me/` needs no further query.
    """
    return _by_id.find(user_id)
