"""mode=upsert: new people are inserted, and of the others what the file says otherwise is changed.

Who would not change is not even locked.
"""

from collections.abc import Collection

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.writing import newcomers
from tasks.writing.comparison import CHANGEABLE, PRIVILEGED, cells, compared, differs
from tasks.writing.outcome import Outcomes, combined, records_of, with_outcome, without_outcome
from tasks.writing.staging import STAGED, USERS, fetch_outcomes, stage, unpacked
from users_uc.models import revoke_logins

# Without a FILTER on the outcome, which would compare everybody once more.
_COMPARE = """
    SELECT outcome, string_agg(int8send(record), ''), string_agg(int8send(person_id), '')
    FROM ({compared}) AS told GROUP BY outcome
"""
# Each person is looked at again as they are when their turn comes, so that nothing is lost that a
# request or another import changes at the same time.
_UPDATE = """
    WITH told AS (
        UPDATE {users} AS person SET {changes} FROM {staged} AS changed
        WHERE person.id = changed.id AND person.email = changed.email
            AND NOT {privileged} AND ({differs})
        RETURNING record, 'updated' AS outcome
    )
"""
# Who is deactivated has no token left when they are active again.
_OUTDATE = """
    token_version =
        person.token_version + coalesce(person.is_active AND NOT {is_active}, false)::int
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
    known = people.select("record", *columns)
    stage(known)
    found, ids = _compare(columns)
    written = newcomers.add(with_outcome("created", found, people))
    if not ids.is_empty():
        written = combined(written, _update(known.join(ids, on="record"), columns))
    done = combined(_only(found, "unchanged", "skipped"), _only(written, "created", "updated"))
    # Who came, went or changed since they were compared is compared anew.
    missed = without_outcome(done, people)
    return done if missed.is_empty() else combined(done, upsert(missed))


def _compare(columns: Collection[str]) -> tuple[Outcomes, pl.DataFrame]:
    """Also record and id of who is to be changed."""
    query = sql.SQL(_COMPARE).format(compared=compared("upsert", columns))
    outcomes, ids = dict[str, pl.Series](), pl.Series(dtype=pl.Int64)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for outcome, records, found_ids in cursor.fetchall():
            outcomes[outcome] = unpacked(records)
            ids = unpacked(found_ids) if outcome == "updated" else ids
    return outcomes, pl.DataFrame({"record": records_of("updated", outcomes), "id": ids})


def _update(people: pl.DataFrame, columns: list[str]) -> Outcomes:
    """By id, which is nearly the order on disk: people of one chunk are all over the table."""
    stage(people.select("record", "id", *columns).sort("id"))
    new = cells("changed", columns)
    changes = [
        sql.SQL("{0} = coalesce({1}, person.{0})").format(sql.Identifier(column), cell)
        for column, cell in new.items()
    ]
    if "is_active" in new:
        changes.append(sql.SQL(_OUTDATE).format(is_active=new["is_active"]))
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE)
    done = fetch_outcomes(
        sql.SQL(_UPDATE).format(
            users=USERS,
            changes=sql.SQL(", ").join(changes),
            staged=STAGED,
            privileged=PRIVILEGED,
            differs=differs(new),
        )
    )
    if "is_active" in new:
        inactive = with_outcome("updated", done, people).filter(~pl.col("is_active"))
        revoke_logins(inactive["id"].to_list())
    return done


def _only(outcomes: Outcomes, *wanted: str) -> Outcomes:
    return {name: records for name, records in outcomes.items() if name in wanted}
