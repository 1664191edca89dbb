"""The command that makes the index of the search match USER_SEARCH_INDEX."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from core.postgres.advisory import advisory_lock
from users_uc.search import CREATE_INDEX, DROP_INDEX, INDEX, IS_VALID, STATISTICS


class Command(BaseCommand):
    """Build or drop the index while the service runs. One process at a time does this."""

    help = "Build the index for users/?q= if USER_SEARCH_INDEX is on, or else drop it."

    def handle(self, *args: Any, **options: Any) -> None:
        with advisory_lock(INDEX) as acquired:
            if acquired:
                _match()


def _match() -> None:
    is_valid = _is_valid()
    # A build that was broken off leaves an invalid index.
    if is_valid is False or (is_valid and not settings.USER_SEARCH_INDEX):
        _execute(DROP_INDEX)
    if settings.USER_SEARCH_INDEX and not is_valid:
        _create_extension()
        for statement in (CREATE_INDEX, STATISTICS, "ANALYZE users_uc_user"):
            _execute(statement)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _is_valid() -> bool | None:
    """Return whether the index is complete, or `None` if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(IS_VALID, [INDEX])
        row = cursor.fetchone()
    return None if row is None else bool(row[0])


def _create_extension() -> None:
    try:
        _execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        message = (
            "USER_SEARCH_INDEX needs the extension pg_trgm, which cannot be created: "
            f"{str(error).strip()}. Let a superuser of PostgreSQL run CREATE EXTENSION pg_trgm in "
            "this database, or unset USER_SEARCH_INDEX."
        )
        raise CommandError(message) from None
