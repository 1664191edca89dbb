"""mode=create where some of the people exist: these are skipped."""

import polars as pl
from psycopg import sql

from tasks.pipeline.writing import newcomers
from tasks.pipeline.writing.comparison import compare
from tasks.pipeline.writing.copying import names
from tasks.pipeline.writing.outcome import Outcomes, records_of
from tasks.pipeline.writing.staging import STAGED, USERS, ask, new_values, stage

# ORDER BY: two imports of the same people wait for each other, never in a circle.
_INSERT = """
    WITH created AS (
        INSERT INTO {users} ({columns})
        SELECT {values} FROM {staged} ORDER BY email
        ON CONFLICT (email) DO NOTHING
        RETURNING email
    ), told AS (
        SELECT record, CASE WHEN created.email IS NULL THEN 'skipped' ELSE 'created' END AS outcome
        FROM {staged} LEFT JOIN created USING (email)
    )
"""


def merge(people: pl.DataFrame) -> Outcomes:
    """Insert who is new, in the current transaction.

    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    stage(people.select("record", "email"))
    outcomes = compare("create", ["email"])
    new = people.filter(pl.col("record").is_in(records_of("created", outcomes).implode()))
    return outcomes if new.is_empty() or newcomers.prepare(new)() else _insert(people)


def _insert(people: pl.DataFrame) -> Outcomes:
    """For when some of the new people have come since: it takes twice as long."""
    columns = people.columns[1:]
    statement = sql.SQL(_INSERT).format(
        users=USERS, columns=names(columns), values=new_values(columns), staged=STAGED
    )
    stage(people)
    return ask(statement)
