"""Changes of declared attributes, by the API and by the admin."""

from typing import Final

from django.db import transaction
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.celery import DEFAULT
from core.queueing.publish import publish
from core.telemetry.messages import trace_headers
from users_uc.attribute_queries import (
    existing_attributes,
    lock_declarations,
    users_with_value,
    with_values,
)
from users_uc.attributes.declared import MAX_ATTRIBUTES
from users_uc.models import Attribute, User

REMOVE_VALUES: Final = "users_uc.remove_values_of_deleted_attributes"
_BATCH: Final = 1000


class ConflictError(Exception):
    """A declaration that contradicts the stored attributes or values."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def save(attribute: Attribute) -> None:
    """Save a new or changed attribute. Raises `ConflictError`."""
    with transaction.atomic():
        lock_and_check(attribute)
        attribute.save()


def lock_and_check(attribute: Attribute) -> None:
    """Lock all declarations, and check whether this one can be saved. Raises `ConflictError`.

    The caller saves the attribute in the same transaction.
    """
    lock_declarations()
    before = Attribute.objects.filter(name=attribute.name).first()
    if before is not None and before.deleted_at is not None:
        message = _("The values of the deleted attribute are still being removed. Try again later.")
        raise ConflictError("attribute_being_deleted", message)
    if before is None:
        _check_number()
    elif before.pk != attribute.pk:
        message = _("There is an attribute with this name already. Use another name.")
        raise ConflictError("attribute_exists", message)
    else:
        _check_values(attribute, before)


def _check_number() -> None:
    if existing_attributes().count() >= MAX_ATTRIBUTES:
        message = _("There are {limit} attributes already, which is the limit. Delete one first.")
        raise ConflictError("too_many_attributes", message.format(limit=MAX_ATTRIBUTES))


def _check_values(attribute: Attribute, before: Attribute) -> None:
    """Reject a change after which the stored values of users would be invalid."""
    if attribute.type != before.type and users_with_value(attribute.name).exists():
        message = _("Users have values of the attribute, so its type cannot be changed.")
        raise ConflictError("attribute_in_use", message)
    for choice in before.choices:
        if choice not in attribute.choices and _has_choice(attribute.name, choice):
            message = _("Users have the value {choice}, so it must remain one of the choices.")
            raise ConflictError("choice_in_use", message.format(choice=repr(choice)))


def _has_choice(name: str, choice: str) -> bool:
    return with_values(User.objects.all(), {name: choice}).exists()


def delete(attribute: Attribute) -> None:
    """Delete the attribute, and have a task remove its values when the transaction commits."""
    lock_declarations()
    Attribute.objects.filter(pk=attribute.pk).update(deleted_at=Now())
    transaction.on_commit(_publish_removal)


def _publish_removal() -> None:
    """Publish the task. If Redis is unavailable, beat publishes it later."""
    publish(REMOVE_VALUES, queue=DEFAULT, headers=trace_headers(linked=True))


def remove_values_of_deleted() -> None:
    """Remove the values of deleted attributes from all users, and then their declarations.

    A user whose row is locked keeps the value until the task runs again.
    """
    for attribute in Attribute.objects.exclude(deleted_at=None):
        last: int | None = 0
        while last is not None:
            last = _remove_batch(attribute.name, after=last)
        if not users_with_value(attribute.name).exists():
            attribute.delete()


def _remove_batch(name: str, *, after: int) -> int | None:
    """Remove the values of users whose id is above `after`. Return the last id, or `None`."""
    with transaction.atomic():
        free = User.objects.select_for_update(skip_locked=True, no_key=True)
        users = free.filter(pk__gt=after, attributes__has_key=name).order_by("pk")
        ids = list(users.values_list("pk", flat=True)[:_BATCH])
        without = RawSQL("attributes - %s", [name])
        User.objects.filter(pk__in=ids).update(attributes=without)
    return ids[-1] if ids else None
