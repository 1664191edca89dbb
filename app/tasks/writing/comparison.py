"""Staged people beside the users: who is new, and what a file would change of the others."""

from collections.abc import Collection, Mapping
from typing import Final

from psycopg import sql

from tasks.options import Mode
from tasks.writing.outcome import Outcomes
from tasks.writing.staging import STAGED, USERS, fetch_outcomes

type Cells = Mapping[str, sql.Composable]
"""By column what a row says: null where it says nothing."""

_CELLS: Final = {
    "name": "nullif({row}.name, '')",
    "phone": "nullif({row}.phone, '')",
    "is_active": "{row}.is_active",
}
CHANGEABLE: Final = frozenset(_CELLS)
"""All that a file may change of who exists. Never rights, passwords, import_id."""

PRIVILEGED: Final = sql.SQL("(person.is_staff OR person.is_superuser)")
_LEFT_ALONE: Final = {"create": sql.SQL("true"), "upsert": PRIVILEGED}

# OFFSET 0 keeps the planner to one look into the index a row. What it knows of a table that is
# being filled is out of date, and it would hash all users for each chunk.
_COMPARED = """
    SELECT staged.*, person.id AS person_id, CASE
        WHEN person.email IS NULL THEN 'created'
        WHEN {left_alone} THEN 'skipped'
        WHEN {differs} THEN 'updated'
        ELSE 'unchanged'
    END AS outcome
    FROM {staged} AS staged
    LEFT JOIN LATERAL (SELECT * FROM {users} WHERE email = staged.email OFFSET 0) AS person ON true
"""


def cells(row: str, columns: Collection[str]) -> dict[str, sql.Composable]:
    """What `row`, a table's name or alias with these columns, says of an existing person."""
    return {
        column: sql.SQL(cell).format(row=sql.Identifier(row))
        for column, cell in _CELLS.items()
        if column in columns
    }


def differs(cells: Cells) -> sql.Composed:
    """Whether the cells say anything that is not so of `person`; perhaps null instead of false."""
    each = [
        sql.SQL("{} <> person.{}").format(cell, sql.Identifier(column))
        for column, cell in cells.items()
    ]
    return sql.SQL(" OR ").join([sql.SQL("false"), *each])


def compare(mode: Mode, columns: Collection[str]) -> Outcomes:
    """What loading all that is staged would do at this moment; `columns`: of the users."""
    return fetch_outcomes(sql.SQL("WITH told AS ({})").format(compared(mode, columns)))


def compared(mode: Mode, columns: Collection[str]) -> sql.Composed:
    """A query of all that is staged, with `outcome` and person_id as its snapshot has them."""
    return sql.SQL(_COMPARED).format(
        staged=STAGED,
        users=USERS,
        left_alone=_LEFT_ALONE[mode],
        differs=differs(cells("staged", columns)),
    )
