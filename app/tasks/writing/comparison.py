"""The comparison of staged users with the users table: which are new, and which would change."""

import struct
from collections.abc import Collection
from typing import Final

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.checking.clearing import CLEARED
from tasks.options import Match, Options
from tasks.writing.new_values import (
    VALUES,
    changed,
    differs,
    is_too_large,
    new_values,
    revokes,
    stays_inactive,
)
from tasks.writing.outcome import SCHEMA
from tasks.writing.staging import STAGED, USERS

PRIVILEGED: Final = sql.SQL("(existing.is_staff OR existing.is_superuser)")
_SKIPPED: Final = {"create": sql.SQL("true"), "upsert": PRIVILEGED}
_TAKEN: Final = {"email": "conflicting_identity", "external_id": "email_taken"}
"""By the option `match`, the code of a row whose other key belongs to another user."""

# OFFSET 0 makes the planner look up each row in the index. Its statistics of a table that is being
# filled are out of date, so otherwise it would hash all users for each chunk.
_COMPARISON = """
    SELECT staged.record, CASE WHEN NOT ({is_taken}) THEN existing.id END AS user_id, CASE
        WHEN {is_taken} THEN {taken}
        WHEN existing.id IS NULL THEN 'created'
        WHEN {skipped} THEN 'skipped'
        WHEN {stays_inactive} THEN 'stays_inactive'
        WHEN {is_too_large} THEN 'invalid_attribute'
        WHEN {differs} THEN 'updated'
        ELSE 'unchanged'
    END AS outcome, CASE WHEN {differs} THEN {changed} END AS changed,
    coalesce({revokes}, false) AS revokes
    FROM {staged} AS staged
    LEFT JOIN LATERAL (SELECT * FROM {users} WHERE {key} = staged.{key} OFFSET 0) AS existing
        ON true
    LEFT JOIN LATERAL ({other}) AS other ON true
"""
# The last condition saves the lookup for a user whose other key is that of the row.
_OTHER = """
    SELECT id FROM {users} WHERE {other_key} = staged.{other_key}
        AND existing.{other_key} IS DISTINCT FROM staged.{other_key} OFFSET 0
"""
_NO_OTHER = "SELECT NULL::bigint AS id"
# Arrays for each outcome: as a million rows, the records would take longer than the statement.
_COMPARE = """
    SELECT outcome, revokes, string_agg(int8send(record), ''),
        string_agg(int8send(coalesce(user_id, 0)), ''),
        CASE WHEN outcome = 'updated' THEN array_agg(changed) END
    FROM ({comparison}) AS compared GROUP BY outcome, revokes
"""


def columns_of(users: pl.DataFrame, options: Options) -> list[str]:
    """Return the columns by which users are compared: the keys, and those that may change."""
    keys = [key for key in ("email", "external_id") if key in users.columns]
    others = [name for name in (*VALUES, CLEARED) if name in users.columns and name not in keys]
    return keys + [name for name in others if name == CLEARED or options.may_update(name)]


def compare(options: Options, columns: Collection[str]) -> pl.DataFrame:
    """Return what loading the staged users, which have these columns, would do at this moment.

    The frame has the columns of outcome.SCHEMA, and `revokes`: an update would revoke logins.
    """
    schema = {**SCHEMA, "revokes": pl.Boolean}
    frames = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_COMPARE).format(comparison=_comparison(options, columns)))
        for outcome, is_revoking, records, user_ids, changes in cursor.fetchall():
            numbers, ids = read_bigints(records), read_bigints(user_ids)
            frame = {
                "record": numbers,
                "outcome": pl.repeat(outcome, numbers.len(), eager=True),
                "user_id": ids.replace(0, None),
                "changed": changes or pl.repeat(None, numbers.len(), dtype=pl.String, eager=True),
                "revokes": pl.repeat(is_revoking, numbers.len(), eager=True),
            }
            frames.append(pl.DataFrame(frame, schema=schema))
    return pl.concat(frames)


def _comparison(options: Options, columns: Collection[str]) -> sql.Composed:
    upserts = options.mode == "upsert"
    values = new_values("staged", columns, options) if upserts else {}
    other_key: Match = "external_id" if options.match == "email" else "email"
    has_other = other_key in columns
    return sql.SQL(_COMPARISON).format(
        staged=STAGED,
        users=USERS,
        key=sql.Identifier(options.match),
        other=sql.SQL(_OTHER if has_other else _NO_OTHER).format(
            users=USERS, other_key=sql.Identifier(other_key)
        ),
        is_taken=sql.SQL("other.id IS NOT NULL AND other.id IS DISTINCT FROM existing.id"),
        taken=sql.Literal(_TAKEN[options.match]),
        skipped=_SKIPPED[options.mode],
        stays_inactive=stays_inactive(values),
        is_too_large=is_too_large(values),
        differs=differs(values),
        changed=changed(values),
        revokes=revokes(values),
    )


def read_bigints(data: bytes) -> pl.Series:
    """Return the numbers that `string_agg(int8send(...), '')` has joined."""
    return pl.Series(struct.unpack(f">{len(data) // 8}q", data), dtype=pl.Int64)
