"""mode=create where some of the people exist: these are skipped."""

import polars as pl
from psycopg import sql

from tasks.pipeline.writing.copying import names
from tasks.pipeline.writing.outcome import Outcomes
from tasks.pipeline.writing.staging import STAGED, USERS, ask, new_values, stage

# ORDER BY: two imports of the same people wait for each other, never in a circle.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {values} FROM {staged} ORDER BY email
        ON CONFLICT (email) DO NOTHING
        RETURNING email
    )
    SELECT record, CASE WHEN created.email IS NULL THEN 'skipped' ELSE 'created' END
    FROM {staged} LEFT JOIN created USING (email) ORDER BY record
"""


def merge(people: pl.DataFrame) -> Outcomes:
    """Insert who is new, in the current transaction.

    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    columns = people.columns[1:]
    statement = sql.SQL(_INSERT).format(
        users=USERS, columns=names(columns), values=new_values(columns), staged=STAGED
    )
    stage(people)
    return ask(statement)
