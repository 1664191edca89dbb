"""People of whom nobody exists yet: by COPY, or by a statement that minds who has come since."""

from collections.abc import Callable
from functools import partial
from typing import Final

import polars as pl
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from core.postgres.copy import copy_buffer, copy_into, names
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import OF_NEW_PEOPLE, STAGED, USERS, fetch_outcomes, stage
from users_uc.models import User

_ASKED_FOR: Final = 300
"""So many are enough to find, 19 times of 20, that 1 % exist."""
_SOME_EXIST = """
    SELECT EXISTS (
        SELECT FROM unnest(%s::text[]) AS asked (email),
        LATERAL (SELECT FROM {users} WHERE email = asked.email OFFSET 0) AS person
    )
"""

# ORDER BY: two imports of the same people wait for each other, never in a circle.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {columns} FROM {staged} ORDER BY email
        ON CONFLICT (email) DO NOTHING
        RETURNING email
    ), told AS (
        SELECT record, CASE WHEN created.email IS NULL THEN 'late' ELSE 'created' END AS outcome
        FROM {staged} LEFT JOIN created USING (email)
    )
"""


def are_likely(people: pl.DataFrame) -> bool:
    """Whether probably nobody of them exists, by a look at a few; a COPY in vain costs as much."""
    some = people["email"].gather_every(people.height // _ASKED_FOR + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_SOME_EXIST).format(users=USERS), [some.to_list()])
        return bool(cursor.fetchone() == (False,))


def prepare(people: pl.DataFrame) -> Callable[[], bool]:
    """What is returned inserts them in its caller's transaction.

    It says whether nobody of them existed; else nothing is written.
    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    new = _completed(people).drop("record")
    return partial(_copy, new.columns, copy_buffer(new))


def add(people: pl.DataFrame) -> Outcomes:
    """Insert them in the current transaction: they are `created`, or `late` where they exist now.

    `people`: as for `prepare`.
    """
    if people.is_empty():
        return {}
    return {"created": people["record"]} if prepare(people)() else _insert(_completed(people))


def _completed(people: pl.DataFrame) -> pl.DataFrame:
    return people.with_columns(
        pl.col(name).fill_null(value)
        for name, value in OF_NEW_PEOPLE.items()
        if name in people.columns
    )


def _copy(columns: list[str], buffer: bytes) -> bool:
    try:
        with transaction.atomic():
            copy_into(User._meta.db_table, columns, [buffer])
    except IntegrityError:
        return False
    return True


def _insert(people: pl.DataFrame) -> Outcomes:
    """It takes twice as long as COPY."""
    stage(people)
    columns = names(people.columns[1:])
    return fetch_outcomes(sql.SQL(_INSERT).format(users=USERS, columns=columns, staged=STAGED))
