"""mode=upsert: new people are inserted, and of the others what the file says otherwise is changed.

Who would not change is not even locked.
"""

from typing import Final

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.pipeline.writing import newcomers
from tasks.pipeline.writing.comparison import CHANGEABLE, PRIVILEGED, cells, compared, differs
from tasks.pipeline.writing.copying import names
from tasks.pipeline.writing.outcome import Outcomes, combined, left, of
from tasks.pipeline.writing.staging import STAGED, USERS, ask, stage

_CHANGED: Final = sql.Identifier("import_changed")

_CREATE = """
    CREATE TEMPORARY TABLE {changed} ON COMMIT DROP AS
    SELECT 0::bigint AS person_id, staged.* FROM {staged} AS staged WITH NO DATA
"""
# By id, which is nearly the order of the rows on disk: people of one chunk are all over the table.
_COMPARE = """
    WITH told AS MATERIALIZED ({compared}), changed AS (
        INSERT INTO {changed}
        SELECT person_id, {columns} FROM told WHERE outcome = 'updated' ORDER BY person_id
    )
"""
# Each person is looked at again as they are when their turn comes, so that nothing is lost that a
# request or another import changes at the same time.
_UPDATE = """
    WITH told AS (
        UPDATE {users} AS person SET {changes} FROM {changed} AS changed
        WHERE person.id = changed.person_id AND person.email = changed.email
            AND NOT {privileged} AND ({differs})
        RETURNING record, 'updated' AS outcome
    )
"""
# One look into an index for each, in the order of what is changed: two imports of the same people
# wait for each other, never in a circle.
_ONE_BY_ONE = """
    SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
        set_config('enable_seqscan', 'off', true)
"""


def upsert(people: pl.DataFrame) -> Outcomes:
    """Insert and update, in the current transaction.

    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    columns = ["email", *(name for name in people.columns if name in CHANGEABLE)]
    stage(people.select("record", *columns))
    found = _compare(columns)
    written = newcomers.add(of("created", found, people))
    if "updated" in found:
        written = combined(written, _update(columns))
    done = combined(_only(found, "unchanged", "skipped"), _only(written, "created", "updated"))
    # Who came, went or changed since they were compared is compared anew.
    missed = left(done, people)
    return done if missed.is_empty() else combined(done, upsert(missed))


def _compare(columns: list[str]) -> Outcomes:
    """Also puts aside who is to be changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_CHANGED))
        cursor.execute(sql.SQL(_CREATE).format(changed=_CHANGED, staged=STAGED))
    query = sql.SQL(_COMPARE).format(
        compared=compared("upsert", columns),
        changed=_CHANGED,
        columns=names(["record", *columns]),
    )
    return ask(query)


def _update(columns: list[str]) -> Outcomes:
    new = cells("changed", columns)
    changes = [
        sql.SQL("{0} = coalesce({1}, person.{0})").format(sql.Identifier(column), cell)
        for column, cell in new.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE)
    return ask(
        sql.SQL(_UPDATE).format(
            users=USERS,
            changes=sql.SQL(", ").join(changes),
            changed=_CHANGED,
            privileged=PRIVILEGED,
            differs=differs(new),
        )
    )


def _only(outcomes: Outcomes, *wanted: str) -> Outcomes:
    return {name: records for name, records in outcomes.items() if name in wanted}
