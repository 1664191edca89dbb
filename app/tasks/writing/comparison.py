"""The comparison of staged users with the users table: which are new, and which would change."""

import struct
from collections.abc import Collection, Mapping
from typing import Final

import polars as pl
from django.db import connection
from psycopg import sql

from tasks.options import Match, Options
from tasks.writing.outcome import SCHEMA
from tasks.writing.staging import STAGED, USERS

type Values = Mapping[str, sql.Composable]
"""By column, the expression for a new value; it is null if the user keeps the present one."""

_VALUES: Final = {
    "email": "{row}.email",
    "external_id": "{row}.external_id",
    "name": "nullif({row}.name, '')",
    "phone": "nullif({row}.phone, '')",
    "is_active": "{row}.is_active",
}
PRIVILEGED: Final = sql.SQL("(existing.is_staff OR existing.is_superuser)")
_SKIPPED: Final = {"create": sql.SQL("true"), "upsert": PRIVILEGED}
_TAKEN: Final = {"email": "conflicting_identity", "external_id": "email_taken"}
"""By the option `match`, the code of a row whose other key belongs to another user."""
CHANGED_MAX_LENGTH: Final = 2000
"""Characters of the description of a change."""

# OFFSET 0 makes the planner look up each row in the index. Its statistics of a table that is being
# filled are out of date, so otherwise it would hash all users for each chunk.
_COMPARISON = """
    SELECT staged.record, CASE WHEN NOT ({is_taken}) THEN existing.id END AS user_id, CASE
        WHEN {is_taken} THEN {taken}
        WHEN existing.id IS NULL THEN 'created'
        WHEN {skipped} THEN 'skipped'
        WHEN {stays_inactive} THEN 'stays_inactive'
        WHEN {differs} THEN 'updated'
        ELSE 'unchanged'
    END AS outcome, CASE WHEN {differs} THEN {changed} END AS changed,
    coalesce({revokes}, false) AS revokes
    FROM {staged} AS staged
    LEFT JOIN LATERAL (SELECT * FROM {users} WHERE {key} = staged.{key} OFFSET 0) AS existing
        ON true
    LEFT JOIN LATERAL ({other}) AS other ON true
"""
_OTHER = "SELECT id FROM {users} WHERE {other_key} = staged.{other_key} OFFSET 0"
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
    others = [name for name in _VALUES if name in users.columns and name not in keys]
    return keys + [name for name in others if options.may_update(name)]


def new_values(row: str, columns: Collection[str], options: Options) -> Values:
    """Return the new values of an existing user.

    `row` is the name or alias of a table with these columns.
    """
    return {
        column: sql.SQL(value).format(row=sql.Identifier(row))
        for column, value in _VALUES.items()
        if column in columns and options.may_update(column)
    }


def stays_inactive(values: Values) -> sql.Composable:
    """Return the condition that a file would activate a user who deactivated their account.

    The condition may be null instead of false.
    """
    condition = "existing.deactivated_by_user AND NOT existing.is_active AND {}"
    is_active = values.get("is_active")
    return sql.SQL(condition).format(is_active) if is_active else sql.SQL("false")


def differs(values: Values) -> sql.Composed:
    """Return the condition that a value differs from that of `existing`.

    The condition may be null instead of false.
    """
    return sql.SQL(" OR ").join([sql.SQL("false"), *map(_differs, values, values.values())])


def _differs(column: str, value: sql.Composable) -> sql.Composed:
    condition = "{} <> existing.{}"
    if column == "external_id":  # the only one that may be null
        condition = "{} <> coalesce(existing.{}, '')"
    return sql.SQL(condition).format(value, sql.Identifier(column))


def revokes(values: Values) -> sql.Composed:
    """Return the condition that the new values end the logins of `existing`.

    The condition may be null instead of false.
    """
    return _deactivates_or_moves(values, "NOT {}")


def invalidates(values: Values) -> sql.Composed:
    """Return the condition that the new values make valid tokens of `existing` invalid.

    The condition may be null instead of false.
    """
    return _deactivates_or_moves(values, "existing.is_active AND NOT {}")


def _deactivates_or_moves(values: Values, deactivates: str) -> sql.Composed:
    conditions: list[sql.Composable] = [sql.SQL("false")]
    if "is_active" in values:
        conditions.append(sql.SQL(deactivates).format(values["is_active"]))
    if "email" in values:
        conditions.append(_differs("email", values["email"]))
    return sql.SQL(" OR ").join(conditions)


def _changed(values: Values) -> sql.Composable:
    """Return the text `field: old -> new; field: old -> new` of the values that differ."""
    if not values:
        return sql.SQL("NULL")
    parts = [
        sql.SQL("CASE WHEN {} THEN concat({}, existing.{}, ' -> ', {}) END").format(
            _differs(column, value), sql.Literal(f"{column}: "), sql.Identifier(column), value
        )
        for column, value in values.items()
    ]
    text = sql.SQL("concat_ws('; ', {})").format(sql.SQL(", ").join(parts))
    return sql.SQL("left({}, {})").format(text, sql.Literal(CHANGED_MAX_LENGTH))


def compare(options: Options, columns: Collection[str]) -> pl.DataFrame:
    """Return what loading the staged users, which have these columns, would do at this moment.

    The frame has the columns of outcome.SCHEMA, and `revokes`: an update would revoke logins.
    """
    schema = {**SCHEMA, "revokes": pl.Boolean}
    frames = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_COMPARE).format(comparison=_comparison(options, columns)))
        for outcome, is_revoking, records, user_ids, changed in cursor.fetchall():
            numbers, ids = read_bigints(records), read_bigints(user_ids)
            frame = {
                "record": numbers,
                "outcome": pl.repeat(outcome, numbers.len(), eager=True),
                "user_id": ids.replace(0, None),
                "changed": changed or pl.repeat(None, numbers.len(), dtype=pl.String, eager=True),
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
        differs=differs(values),
        changed=_changed(values),
        revokes=revokes(values),
    )


def read_bigints(data: bytes) -> pl.Series:
    """Return the numbers that `string_agg(int8send(...), '')` has joined."""
    return pl.Series(struct.unpack(f">{len(data) // 8}q", data), dtype=pl.Int64)
