"""Queries of declared attributes, and the lock that keeps values and declarations consistent."""

from collections.abc import Mapping
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from users_uc.attributes.declared import DeclaredAttribute
from users_uc.attributes.values import Value
from users_uc.models import Attribute, User

_LOCK: Final = "SELECT pg_advisory_xact_lock{}(hashtextextended('attributes', 0))"


def existing_attributes() -> QuerySet[Attribute]:
    """Return the attributes that are not deleted, in the order of their names."""
    return Attribute.objects.filter(deleted_at=None)


def declared_attributes() -> dict[str, DeclaredAttribute]:
    """Return all declared attributes by name."""
    return {row.name: row.declaration() for row in existing_attributes()}


def lock_values() -> None:
    """Keep the declarations unchanged until the transaction ends.

    A transaction that stores values takes this lock before it reads the declarations. Otherwise it
    could store a value of an attribute or choice that is deleted at the same time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("_shared"))


def lock_declarations() -> None:
    """Let no other transaction change declarations or store values until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(""))


def with_values[Row](
    users: QuerySet[User, Row], values: Mapping[str, Value]
) -> QuerySet[User, Row]:
    """Return those of the users that have all these values. An index finds rare ones.

    The second condition is that of the index.
    """
    return users.filter(attributes__contains=values).exclude(attributes={})


def users_with_value(name: str) -> QuerySet[User]:
    """Return the users that have any value of the attribute. No index finds them."""
    return User.objects.filter(attributes__has_key=name)
