"""People of whom some exist: by a temporary table, the existing ones skipped."""

from typing import TypedDict

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.pipeline import skipped
from tasks.pipeline.copying import copy_buffer, copy_into
from users_uc.models import User

_STAGED = "import_staged"

_CREATE = """
    CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS
    SELECT 0::bigint AS record, {columns} FROM {users} WITH NO DATA
"""
# ORDER BY: two imports of the same people wait for each other, never in a circle.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {columns} FROM {staged} ORDER BY email
        ON CONFLICT (email) DO NOTHING
        RETURNING email
    )
    SELECT record FROM {staged} LEFT JOIN created USING (email)
    WHERE created.email IS NULL ORDER BY record
"""


class Outcome(TypedDict, total=False):
    """A chunk's counts and its packed list of skipped records."""

    created: int
    skipped: int
    skipped_records: bytes


def merge(people: pl.DataFrame) -> Outcome:
    """Insert who is new, in the current transaction. `people`: record, then users' columns."""
    columns = people.columns[1:]
    names = {
        "staged": sql.Identifier(_STAGED),
        "users": sql.Identifier(User._meta.db_table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_CREATE).format(**names))
        copy_into(_STAGED, people.columns, [copy_buffer(people)])
        cursor.execute(sql.SQL(_INSERT).format(**names))
        existing = [record for (record,) in cursor.fetchall()]
    return Outcome(
        created=people.height - len(existing),
        skipped=len(existing),
        skipped_records=skipped.pack(existing),
    )
