"""The rights of users over other users."""

from collections.abc import Set

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from users_uc.models import User

OWN_FIELDS = frozenset({"name", "phone"})
NEW_USER_FIELDS = OWN_FIELDS | {
    *("email", "external_id", "attributes", "is_active", "password", "must_change_password"),
}
MANAGED_FIELDS = NEW_USER_FIELDS - {"password"}
PRIVILEGES = frozenset({"is_staff", "is_superuser", "can_import"})

PROTECTED_FIELDS = PRIVILEGES | {"email", "password"}


class IsStaff(BasePermission):
    """Permission of staff and superusers."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and _is_privileged(request.user))


class IsSuperuser(BasePermission):
    """Permission of superusers."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_superuser)


def sees_all(actor: User) -> bool:
    """Return whether `actor` sees all users. Other users see only themselves."""
    return _is_privileged(actor)


def editable_fields(actor: User, target: User | None) -> frozenset[str]:
    """Return the fields of `target` that `actor` may set. `None` stands for a new user."""
    if actor.is_superuser:
        return NEW_USER_FIELDS | PRIVILEGES
    if target is not None and target.pk == actor.pk:
        return OWN_FIELDS
    if actor.is_staff and target is None:
        return NEW_USER_FIELDS
    if actor.is_staff and target is not None and not _is_privileged(target):
        forbidden = {"email"} if _has_more_rights(target, actor) else set[str]()
        if target.deactivated_by_user and not target.is_active:
            forbidden.add("is_active")
        return MANAGED_FIELDS - forbidden
    return frozenset()


def needs_password(changed: Set[str], target: User | None) -> bool:
    """Return whether a caller whose login is not recent must enter their password.

    A new user without rights takes over no account. `None` stands for a new user.
    """
    return not changed.isdisjoint(PRIVILEGES if target is None else PROTECTED_FIELDS)


def may_delete(actor: User, target: User) -> bool:
    """Return whether `actor` may delete `target`. Staff may delete only unprivileged users."""
    return actor.is_superuser or (actor.is_staff and not _is_privileged(target))


def _has_more_rights(target: User, actor: User) -> bool:
    """Return whether `target` has a direct permission, or a group that `actor` is not in.

    Staff must not change the e-mail address of such a user. They could have a link for a new
    password sent to the new e-mail address, and log in with the user's rights.
    """
    groups = target.groups.exclude(pk__in=actor.groups.values("pk"))
    return groups.exists() or target.user_permissions.exists()


def _is_privileged(user: User) -> bool:
    return user.is_staff or user.is_superuser
