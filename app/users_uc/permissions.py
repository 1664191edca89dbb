"""Who may see and change whom."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from users_uc.models import User

OWN_FIELDS = frozenset({"name", "phone"})
NEW_USER_FIELDS = OWN_FIELDS | {"email", "is_active", "password"}
MANAGED_FIELDS = NEW_USER_FIELDS - {"password"}
PRIVILEGES = frozenset({"is_staff", "is_superuser", "can_import"})


class IsStaff(BasePermission):
    """Staff and superusers."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller is one."""
        return bool(request.user.is_authenticated and _is_privileged(request.user))


def sees_all(actor: User) -> bool:
    """Staff and superusers see everybody, others themselves."""
    return _is_privileged(actor)


def editable_fields(actor: User, target: User | None) -> frozenset[str]:
    """What `actor` may change of `target`, or give to a new user (`target` None)."""
    if actor.is_superuser:
        return NEW_USER_FIELDS | PRIVILEGES
    if target is not None and target.pk == actor.pk:
        return OWN_FIELDS
    if actor.is_staff and target is None:
        return NEW_USER_FIELDS
    if actor.is_staff and target is not None and not _is_privileged(target):
        return MANAGED_FIELDS - {"email"} if _may_more(target, actor) else MANAGED_FIELDS
    return frozenset()


def may_delete(actor: User, target: User) -> bool:
    """Superusers delete anyone, staff whoever is not privileged."""
    return actor.is_superuser or (actor.is_staff and not _is_privileged(target))


def _may_more(target: User, actor: User) -> bool:
    """Who is given the target's address can have a password sent to it, and be the target."""
    groups = target.groups.exclude(pk__in=actor.groups.values("pk"))
    return groups.exists() or target.user_permissions.exists()


def _is_privileged(user: User) -> bool:
    return user.is_staff or user.is_superuser
