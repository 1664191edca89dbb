"""The insertion of new users by COPY, or by a statement if some of them exist by now."""

from collections.abc import Callable
from functools import partial
from typing import Final

import polars as pl
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from core.postgres.copy import copy_buffer, copy_into, names
from tasks.options import Match
from tasks.writing import outcome
from tasks.writing.comparison import read_bigints
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import NEW_USER_DEFAULTS, NULLABLE, STAGED, USERS, for_new, stage
from users_uc.models import User

_SAMPLE_SIZE: Final = 300
"""If 1 % of the users exist, a sample of this size has one of them in 19 of 20 cases."""
_ANY_EXISTS = """
    SELECT EXISTS (
        SELECT FROM unnest(%s::text[]) AS sample (value),
        LATERAL (SELECT FROM {users} WHERE {key} = sample.value OFFSET 0) AS existing
    )
"""
# PostgreSQL would take the ids from the same sequence during the COPY, and not tell which. The
# subquery looks the sequence up once: to do it for each id would take ten times as long.
_RESERVE = """
    SELECT string_agg(int8send(nextval(ids.sequence)), '')
    FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) AS ids,
        generate_series(1, %s)
"""
# ORDER BY: two imports insert the same users in the same order, so they do not deadlock.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {columns} FROM {staged} ORDER BY email
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT string_agg(int8send(id), '') FROM created
"""


def are_probably_new(users: pl.DataFrame, key: Match) -> bool:
    """Return whether probably all users are new, judged by a sample of the column `key`.

    A wrong answer costs a COPY that is rolled back.
    """
    sample = users[key].gather_every(users.height // _SAMPLE_SIZE + 1)
    query = sql.SQL(_ANY_EXISTS).format(users=USERS, key=sql.Identifier(key))
    with connection.cursor() as cursor:
        cursor.execute(query, [sample.to_list()])
        return bool(cursor.fetchone() == (False,))


def prepare(users: pl.DataFrame) -> Callable[[], Outcomes | None]:
    """Return a function that inserts the users in its caller's transaction.

    The function returns the outcomes if all users were new. If not, it has written nothing.
    `users`: record, then columns of the users table, among others; see staging.NEW_USER_DEFAULTS
    about nulls.
    """
    new = _with_defaults(users)
    columns = new.columns[1:]
    return partial(_copy, columns, copy_buffer(new.select(columns)), outcome.created(new))


def insert(users: pl.DataFrame) -> Outcomes:
    """Insert the users (see `prepare`) in the current transaction and return the outcomes.

    A user who exists by now has no outcome.
    """
    if users.is_empty():
        return pl.DataFrame(schema=outcome.SCHEMA)
    copied = prepare(users)()
    return _insert_missing(_with_defaults(users)) if copied is None else copied


def _with_defaults(users: pl.DataFrame) -> pl.DataFrame:
    """Return the users in the order of their e-mail addresses, with ids and without nulls."""
    defaults = [
        pl.col(name).fill_null(value)
        for name, value in NEW_USER_DEFAULTS.items()
        if name in users.columns
    ]
    users = for_new(users)
    if not users["email"].is_sorted():
        users = users.sort("email")
    return users.with_columns(*defaults, _reserved_ids(users.height))


def _reserved_ids(count: int) -> pl.Series:
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [User._meta.db_table, count])
        return read_bigints(cursor.fetchone()[0]).alias("id")


def _copy(columns: list[str], buffer: bytes, outcomes: Outcomes) -> Outcomes | None:
    try:
        with transaction.atomic():
            copy_into(User._meta.db_table, columns, [buffer], nullable=NULLABLE)
    except IntegrityError:
        return None
    return outcomes


def _insert_missing(users: pl.DataFrame) -> Outcomes:
    """Insert the users who do not exist; this takes twice as long as COPY."""
    stage(users)
    columns = names(users.columns[1:])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_INSERT).format(users=USERS, columns=columns, staged=STAGED))
        ids = read_bigints(cursor.fetchone()[0] or b"")
    return outcome.created(users.filter(pl.col("id").is_in(ids.implode())))
