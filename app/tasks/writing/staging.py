"""A temporary table for a chunk's users, so that statements can compare them with existing ones."""

from collections.abc import Sequence
from typing import Final

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from psycopg import sql

from core.postgres.copy import copy_buffer, copy_into
from tasks.checking.clearing import CLEARED
from tasks.writing.attributes import ATTRIBUTES, CHANGED_ATTRIBUTES, MISSING
from users_uc.models import User

_NAME: Final = "import_staged"
STAGED: Final = sql.Identifier(_NAME)
USERS: Final = sql.Identifier(User._meta.db_table)

NEW_USER_DEFAULTS: Final = {
    "is_active": True,
    "must_change_password": False,
    "password": UNUSABLE_PASSWORD_PREFIX,
}
"""The values of a new user where the chunk has null. For an existing user, null changes nothing."""
NULLABLE: Final = ("external_id",)
"""The columns in which a new user may have null."""

_CREATE = """
    CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS
    SELECT 0::bigint AS record, {columns} FROM {users} WITH NO DATA
"""


def for_existing(users: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the record and these columns, with the attributes that an existing user may get."""
    if CHANGED_ATTRIBUTES in users.columns:
        users = users.with_columns(pl.col(CHANGED_ATTRIBUTES).alias(ATTRIBUTES))
    return users.select("record", *columns)


def for_new(users: pl.DataFrame) -> pl.DataFrame:
    """Return the users without the columns that matter only for existing ones."""
    return users.drop(CHANGED_ATTRIBUTES, CLEARED, MISSING, strict=False)


def stage(users: pl.DataFrame) -> None:
    """Copy users (record, then CLEARED and columns of the users table) into the temporary table.

    They stay there until other users are staged or the transaction ends.
    """
    columns = sql.SQL(", ").join(map(_column, users.columns[1:]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(STAGED))
        cursor.execute(sql.SQL(_CREATE).format(staged=STAGED, users=USERS, columns=columns))
    nullable = {*NEW_USER_DEFAULTS, *NULLABLE}
    copy_into(_NAME, users.columns, [copy_buffer(users)], nullable=nullable)


def _column(name: str) -> sql.Composable:
    return sql.SQL("NULL::text[] AS cleared") if name == CLEARED else sql.Identifier(name)
