"""The mode upsert: new users are inserted, and existing ones that the file changes are updated.

A user who would not change is not locked.
"""

from collections.abc import Collection, Iterator

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.writing import newcomers
from tasks.writing.comparison import (
    CHANGEABLE,
    PRIVILEGED,
    Values,
    comparison,
    differs,
    new_values,
    stays_inactive,
)
from tasks.writing.outcome import Outcomes, combine, records_of, with_outcome, without_outcome
from tasks.writing.staging import STAGED, USERS, fetch_outcomes, read_bigints, stage
from users_uc.models import revoke_logins

# Without a FILTER on the outcome, which would compare all users a second time.
_COMPARE = """
    SELECT outcome, string_agg(int8send(record), ''), string_agg(int8send(existing_id), '')
    FROM ({comparison}) AS compared GROUP BY outcome
"""
# The statement checks each user again as it locks them, so that it does not overwrite a change that
# a request or another import makes at the same time.
_UPDATE = """
    WITH outcomes AS (
        UPDATE {users} AS existing SET {changes} FROM {staged} AS changed
        WHERE existing.id = changed.id AND existing.email = changed.email
            AND NOT {privileged} AND ({stays_inactive}) IS NOT TRUE AND ({differs})
        RETURNING record, 'updated' AS outcome
    )
"""
# Tokens stay invalid when a deactivated user becomes active again.
_REVOCATION = """
    token_version =
        existing.token_version + coalesce(existing.is_active AND NOT {is_active}, false)::int
"""
# One index lookup for each user, in the order of the staged rows. So two imports lock the same
# users in the same order: one waits for the other, and they do not deadlock.
_LOOK_UP_IN_ORDER = """
    SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
        set_config('enable_seqscan', 'off', true)
"""


def upsert(users: pl.DataFrame) -> Outcomes:
    """Insert and update users in the current transaction and return the outcomes.

    `users`: record, then columns of the users table; see staging.NEW_USER_DEFAULTS about nulls.
    """
    columns = ["email", *(name for name in users.columns if name in CHANGEABLE)]
    staged = users.select("record", *columns)
    stage(staged)
    compared, ids = _compare(columns)
    written = newcomers.insert(with_outcome("created", compared, users))
    if not ids.is_empty():
        written = combine(written, _update(staged.join(ids, on="record"), columns))
    kept = _only(compared, "unchanged", "skipped", "stays_inactive")
    done = combine(kept, _only(written, "created", "updated"))
    # Users who were created, deleted or changed since the comparison are compared again.
    missed = without_outcome(done, users)
    return done if missed.is_empty() else combine(done, upsert(missed))


def _compare(columns: Collection[str]) -> tuple[Outcomes, pl.DataFrame]:
    """Return the outcomes, and the record and id of each user to be updated."""
    query = sql.SQL(_COMPARE).format(comparison=comparison("upsert", columns))
    outcomes, ids = dict[str, pl.Series](), pl.Series(dtype=pl.Int64)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for outcome, records, existing_ids in cursor.fetchall():
            outcomes[outcome] = read_bigints(records)
            ids = read_bigints(existing_ids) if outcome == "updated" else ids
    return outcomes, pl.DataFrame({"record": records_of("updated", outcomes), "id": ids})


def _update(users: pl.DataFrame, columns: list[str]) -> Outcomes:
    """Update the users in the order of their ids, which is nearly their order on disk.

    The users of one chunk are spread over the whole table.
    """
    stage(users.select("record", "id", *columns).sort("id"))
    values = new_values("changed", columns)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP_IN_ORDER)
    done = fetch_outcomes(
        sql.SQL(_UPDATE).format(
            users=USERS,
            changes=sql.SQL(", ").join(_changes(values)),
            staged=STAGED,
            privileged=PRIVILEGED,
            stays_inactive=stays_inactive(values),
            differs=differs(values),
        )
    )
    if "is_active" in values:
        inactive = with_outcome("updated", done, users).filter(~pl.col("is_active"))
        revoke_logins(inactive["id"].to_list())
    return done


def _changes(values: Values) -> Iterator[sql.Composed]:
    for column, value in values.items():
        yield sql.SQL("{0} = coalesce({1}, existing.{0})").format(sql.Identifier(column), value)
    if "is_active" in values:
        yield sql.SQL(_REVOCATION).format(is_active=values["is_active"])


def _only(outcomes: Outcomes, *names: str) -> Outcomes:
    return {name: records for name, records in outcomes.items() if name in names}
