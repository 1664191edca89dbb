"""The signal of changes of users, which is sent in the transaction that makes the change.

Imports send none for each row. A change of the password is not reported.
"""

from enum import StrEnum
from typing import Any, Final

from django.dispatch import Signal


class UserChange(StrEnum):
    """The kinds of changes of a user."""

    CREATED = "created"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    DELETED = "deleted"


user_changed = Signal()
"""Has the arguments `change`, a `UserChange`, and `user_id`."""

REPORTED: Final = (
    *("email", "external_id", "name", "phone", "attributes"),
    *("is_active", "is_staff", "is_superuser", "verified_email"),
)
"""The fields whose change is reported. A change of `can_import` is reported too."""


def report(change: UserChange, user_id: int) -> None:
    """Report the change, in the caller's transaction."""
    user_changed.send(UserChange, change=change, user_id=user_id)


def report_saved(user_id: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Report the difference of two states of a user, if there is one."""
    if before == after:
        return
    is_deactivated = before.get("is_active") and after.get("is_active") is False
    report(UserChange.DEACTIVATED if is_deactivated else UserChange.UPDATED, user_id)


def report_groups(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Report a change of a user's groups: a receiver of Django's signal `m2m_changed`."""
    if action in {"post_remove", "post_clear"} or (action == "post_add" and pk_set):
        report(UserChange.UPDATED, instance.pk)


def report_deleted(instance: Any, **kwargs: Any) -> None:
    """Report the deletion of a user: a receiver of Django's signal `post_delete`."""
    report(UserChange.DELETED, instance.pk)
