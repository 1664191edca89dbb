"""A chunk in a temporary table, to be compared with the users by statements."""

import struct
from typing import Final

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from psycopg import sql

from core.postgres.copy import copy_buffer, copy_into, names
from tasks.writing.outcome import Outcomes
from users_uc.models import User

_NAME: Final = "import_staged"
STAGED: Final = sql.Identifier(_NAME)
USERS: Final = sql.Identifier(User._meta.db_table)

OF_NEW_PEOPLE: Final = {"is_active": True, "password": UNUSABLE_PASSWORD_PREFIX}
"""What a new person has where the chunk has null; of who exists it says nothing."""

_CREATE = """
    CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS
    SELECT 0::bigint AS record, {columns} FROM {users} WITH NO DATA
"""

_PACKED = sql.SQL(" SELECT outcome, string_agg(int8send(record), '') FROM told GROUP BY outcome")


def stage(people: pl.DataFrame) -> None:
    """`people`: record, then columns of the users. Until others are, or the transaction ends."""
    columns = names(people.columns[1:])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(STAGED))
        cursor.execute(sql.SQL(_CREATE).format(staged=STAGED, users=USERS, columns=columns))
    copy_into(_NAME, people.columns, [copy_buffer(people)], nullable=OF_NEW_PEOPLE.keys())


def fetch_outcomes(told: sql.Composed) -> Outcomes:
    """What statements about the staged people tell: `WITH told AS (a query of record, outcome)`.

    Records come packed: as rows, a million of them would take longer than the statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(told + _PACKED)
        return {outcome: unpacked(records).sort() for outcome, records in cursor.fetchall()}


def unpacked(numbers: bytes) -> pl.Series:
    """What `string_agg(int8send(...), '')` has packed."""
    return pl.Series(struct.unpack(f">{len(numbers) // 8}q", numbers), dtype=pl.Int64)
