"""The comparison of staged users with the users table: which are new, and which would change."""

from collections.abc import Collection, Mapping
from typing import Final

from psycopg import sql

from tasks.options import Mode
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import STAGED, USERS, fetch_outcomes

type Values = Mapping[str, sql.Composable]
"""By column, the expression for a new value; it is null if the user keeps the present one."""

_VALUES: Final = {
    "name": "nullif({row}.name, '')",
    "phone": "nullif({row}.phone, '')",
    "is_active": "{row}.is_active",
}
CHANGEABLE: Final = frozenset(_VALUES)
"""The columns of existing users that a file may change. Never rights, passwords or import_id."""

PRIVILEGED: Final = sql.SQL("(existing.is_staff OR existing.is_superuser)")
_SKIPPED: Final = {"create": sql.SQL("true"), "upsert": PRIVILEGED}

# OFFSET 0 makes the planner look up each row in the index. Its statistics of a table that is being
# filled are out of date, so otherwise it would hash all users for each chunk.
_COMPARISON = """
    SELECT staged.*, existing.id AS existing_id, CASE
        WHEN existing.email IS NULL THEN 'created'
        WHEN {skipped} THEN 'skipped'
        WHEN {stays_inactive} THEN 'stays_inactive'
        WHEN {differs} THEN 'updated'
        ELSE 'unchanged'
    END AS outcome
    FROM {staged} AS staged
    LEFT JOIN LATERAL (SELECT * FROM {users} WHERE email = staged.email OFFSET 0) AS existing
        ON true
"""


def new_values(row: str, columns: Collection[str]) -> dict[str, sql.Composable]:
    """Return the new values of an existing user.

    `row` is the name or alias of a table with these columns.
    """
    return {
        column: sql.SQL(value).format(row=sql.Identifier(row))
        for column, value in _VALUES.items()
        if column in columns
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
    conditions = [
        sql.SQL("{} <> existing.{}").format(value, sql.Identifier(column))
        for column, value in values.items()
    ]
    return sql.SQL(" OR ").join([sql.SQL("false"), *conditions])


def compare(mode: Mode, columns: Collection[str]) -> Outcomes:
    """Return what loading the staged users, which have these columns, would do at this moment."""
    return fetch_outcomes(sql.SQL("WITH outcomes AS ({})").format(comparison(mode, columns)))


def comparison(mode: Mode, columns: Collection[str]) -> sql.Composed:
    """Return a query of all staged users with `outcome` and `existing_id`, as of its snapshot."""
    values = new_values("staged", columns)
    return sql.SQL(_COMPARISON).format(
        staged=STAGED,
        users=USERS,
        skipped=_SKIPPED[mode],
        stays_inactive=stays_inactive(values),
        differs=differs(values),
    )
