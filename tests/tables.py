"""The tables of the test database after a test that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.test import TransactionTestCase

from tasks.apps import ensure_importers_group

_KEPT = (
    *("django_migrations", "django_content_type"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
)
_EMPTYING = """
    SELECT format(
        CASE WHEN pg_relation_size(oid) < 1000000 THEN 'DELETE FROM %%I'
        ELSE 'TRUNCATE %%I CASCADE' END, relname
    ) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> ALL(%s) AND pg_relation_size(oid) > 0
"""
"""Makes the commands that empty the tables. For a few rows DELETE is faster than TRUNCATE."""


@contextmanager
def emptied_fast() -> Iterator[None]:
    """Empty the tables after each test that commits, without Django's work after a migration.

    Django would also empty the tables of permissions, and create each permission again: 100 ms.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


def _empty(_case: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EMPTYING, [list(_KEPT)])
        for command in cursor.fetchall():
            cursor.execute(*command)
    ensure_importers_group(using=DEFAULT_DB_ALIAS)
