"""The insertion of new users by COPY, or by a statement if some of them exist by now."""

from collections.abc import Callable
from functools import partial
from typing import Final

import polars as pl
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from core.postgres.copy import copy_buffer, copy_into, names
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import NEW_USER_DEFAULTS, STAGED, USERS, fetch_outcomes, stage
from users_uc.models import User

_SAMPLE_SIZE: Final = 300
"""If 1 % of the users exist, a sample of this size has one of them in 19 of 20 cases."""
_ANY_EXISTS = """
    SELECT EXISTS (
        SELECT FROM unnest(%s::text[]) AS sample (email),
        LATERAL (SELECT FROM {users} WHERE email = sample.email OFFSET 0) AS existing
    )
"""

# ORDER BY: two imports insert the same users in the same order, so they do not deadlock.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {columns} FROM {staged} ORDER BY email
        ON CONFLICT (email) DO NOTHING
        RETURNING email
    ), outcomes AS (
        SELECT record, CASE WHEN created.email IS NULL THEN 'late' ELSE 'created' END AS outcome
        FROM {staged} LEFT JOIN created USING (email)
    )
"""


def are_probably_new(users: pl.DataFrame) -> bool:
    """Return whether probably all users are new, judged by a sample.

    A wrong answer costs a COPY that is rolled back.
    """
    sample = users["email"].gather_every(users.height // _SAMPLE_SIZE + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_ANY_EXISTS).format(users=USERS), [sample.to_list()])
        return bool(cursor.fetchone() == (False,))


def prepare(users: pl.DataFrame) -> Callable[[], bool]:
    """Return a function that inserts the users in its caller's transaction.

    The function returns whether all users were new. If not, it has written nothing.
    `users`: record, then columns of the users table; see staging.NEW_USER_DEFAULTS about nulls.
    """
    new = _with_defaults(users).drop("record")
    return partial(_copy, new.columns, copy_buffer(new))


def insert(users: pl.DataFrame) -> Outcomes:
    """Insert the users (see `prepare`) in the current transaction and return the outcomes.

    The outcome is `created`, or `late` for a user who exists by now.
    """
    if users.is_empty():
        return {}
    if prepare(users)():
        return {"created": users["record"]}
    return _insert_missing(_with_defaults(users))


def _with_defaults(users: pl.DataFrame) -> pl.DataFrame:
    return users.with_columns(
        pl.col(name).fill_null(value)
        for name, value in NEW_USER_DEFAULTS.items()
        if name in users.columns
    )


def _copy(columns: list[str], buffer: bytes) -> bool:
    try:
        with transaction.atomic():
            copy_into(User._meta.db_table, columns, [buffer])
    except IntegrityError:
        return False
    return True


def _insert_missing(users: pl.DataFrame) -> Outcomes:
    """Insert the users who do not exist; this takes twice as long as COPY."""
    stage(users)
    columns = names(users.columns[1:])
    return fetch_outcomes(sql.SQL(_INSERT).format(users=USERS, columns=columns, staged=STAGED))
