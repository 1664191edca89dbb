"""The users whom a caller may see: all for staff, and for importers those of their own files."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from users_uc.models import User
from users_uc.permissions import sees_all
from users_uc.user_queries import find_user, users_with_rights

type ImportIds = Callable[[User], QuerySet[Any, Any]]

_SOURCES: list[ImportIds] = []


def register_imports(source: ImportIds) -> None:
    """Register the query of the ids of a user's imports, which another app stores."""
    _SOURCES.append(source)


def may_list(actor: User) -> bool:
    """Return whether `actor` may list the users whom `visible_users` returns."""
    return sees_all(actor) or _is_importer(actor)


def visible_users(actor: User) -> QuerySet[User]:
    """Return the users whom `actor` may see."""
    return visible_rows(users_with_rights(), actor)


def visible_rows[Row](rows: QuerySet[User, Row], actor: User) -> QuerySet[User, Row]:
    """Return those rows whose users `actor` may see."""
    if sees_all(actor):
        return rows
    visible = Q(pk=actor.pk)
    for source in _SOURCES if _is_importer(actor) else ():
        visible |= Q(import_id__in=source(actor))
    return rows.filter(visible)


def visible_user(actor: User, user_id: int) -> User | None:
    """Return the user if `actor` may see them, or `None`."""
    if user_id == actor.pk:
        return actor
    if not may_list(actor):
        return None
    user = find_user(user_id)
    if user is None or sees_all(actor) or _was_imported_by(actor, user):
        return user
    return None


def _was_imported_by(actor: User, user: User) -> bool:
    ids = (source(actor).filter(pk=user.import_id) for source in _SOURCES)
    return user.import_id is not None and any(found.exists() for found in ids)


def _is_importer(actor: User) -> bool:
    """Return whether `users_with_rights` has loaded `actor` with the right to import."""
    return bool(getattr(actor, "can_import", False))
