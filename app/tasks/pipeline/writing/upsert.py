"""mode=upsert: new people are inserted, and of the others what the file says otherwise is changed.

Who would not change is not even locked. The rest meets each person as they are when their turn
comes, so that nothing is lost that a request or another import changes at the same time.
"""

import polars as pl
from psycopg import sql

from tasks.pipeline.writing.comparison import PRIVILEGED, cells, compared, differs
from tasks.pipeline.writing.copying import names
from tasks.pipeline.writing.outcome import Outcomes, both, records_of
from tasks.pipeline.writing.staging import STAGED, USERS, ask, index_emails, new_values, stage

# ORDER BY: two imports of the same people wait for each other, never in a circle.
# xmax: zero in a fresh row only; an updated one still has the lock that was taken for it.
_UPSERT = """
    WITH compared AS ({compared}), written AS (
        INSERT INTO {users} AS person ({columns})
        SELECT {values} FROM compared WHERE outcome IN ('created', 'updated') ORDER BY email
        ON CONFLICT (email) {action}
        RETURNING email, CASE WHEN person.xmax = 0 THEN 'created' ELSE 'updated' END AS outcome
    ), told AS (
        SELECT record, CASE
            WHEN compared.outcome IN ('created', 'updated')
            THEN coalesce(written.outcome, 'unwritten')
            ELSE compared.outcome
        END AS outcome
        FROM compared LEFT JOIN written USING (email)
    )
"""
_UPDATE = "DO UPDATE SET {changes} WHERE NOT {privileged} AND ({differs})"

# `excluded` has what would be inserted, where an empty cell is true already.
_IS_ACTIVE = "(SELECT is_active FROM {} AS staged WHERE staged.email = excluded.email)"

# Of people who came or changed after the statement had begun, and needed no writing then.
_UNWRITTEN = """
    WITH told AS (
        SELECT record, CASE WHEN {privileged} THEN 'skipped' ELSE 'unchanged' END AS outcome
        FROM {staged} LEFT JOIN {users} AS person USING (email) WHERE record = ANY({records})
    )
"""


def upsert(people: pl.DataFrame) -> Outcomes:
    """Insert and update, in the current transaction.

    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    columns = people.columns[1:]
    statement = sql.SQL(_UPSERT).format(
        compared=compared("upsert", columns),
        users=USERS,
        columns=names(columns),
        values=new_values(columns),
        action=_action(columns),
    )
    stage(people)
    if "is_active" in columns:
        index_emails()
    outcomes = ask(statement)
    unwritten = records_of("unwritten", outcomes)
    return outcomes if unwritten.is_empty() else both(outcomes, ask(_late(unwritten)))


def _late(unwritten: pl.Series) -> sql.Composed:
    return sql.SQL(_UNWRITTEN).format(
        privileged=PRIVILEGED,
        staged=STAGED,
        users=USERS,
        records=sql.Literal(unwritten.to_list()),
    )


def _action(columns: list[str]) -> sql.Composable:
    new = cells("excluded", columns)
    if not new:
        return sql.SQL("DO NOTHING")
    if "is_active" in new:
        new["is_active"] = sql.SQL(_IS_ACTIVE).format(STAGED)
    changes = [
        sql.SQL("{0} = coalesce({1}, person.{0})").format(sql.Identifier(column), cell)
        for column, cell in new.items()
    ]
    return sql.SQL(_UPDATE).format(
        changes=sql.SQL(", ").join(changes), privileged=PRIVILEGED, differs=differs(new)
    )
