"""Users as they are shown: with what stands in other tables."""

from functools import cache

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from core.postgres.compiled_lookup import CompiledLookup
from users_uc.models import IMPORTERS_GROUP, User


def users_with_rights() -> QuerySet[User]:
    """All of them, with `can_import` and `email_verified`."""
    return _users_with_rights().all()


@cache
def _users_with_rights() -> QuerySet[User]:
    """Never evaluated itself: it would keep what it has found."""
    importers = Group.objects.filter(name=IMPORTERS_GROUP, user=OuterRef("pk"))
    verified = ExpressionWrapper(Q(verified_email=F("email")), output_field=BooleanField())
    return User.objects.annotate(can_import=Exists(importers), email_verified=verified)


def lock_user_or_404(user: User) -> User:
    """As they are now, and until the transaction ends. Http404 where they are gone."""
    return get_object_or_404(User.objects.select_for_update(no_key=True), pk=user.pk)


_by_id = CompiledLookup(users_with_rights)


def find_user(user_id: int) -> User | None:
    """The user as shown_users has it; also who sends a request is loaded so, for users/me/."""
    return _by_id.find(user_id)
