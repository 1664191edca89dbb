"""Staged people beside the users: who is new, and what a file would change of the others."""

from collections.abc import Collection, Mapping
from typing import Final

from psycopg import sql

from tasks.pipeline.options import Mode
from tasks.pipeline.writing.staging import STAGED, USERS

type Cells = Mapping[str, sql.Composable]
"""By column what a row says: null where it says nothing."""

_CELLS: Final = {
    "name": "nullif({row}.name, '')",
    "phone": "nullif({row}.phone, '')",
    "is_active": "{row}.is_active",
}
"""All that a file may change of who exists. Never rights, passwords, import_id."""

PRIVILEGED: Final = sql.SQL("(person.is_staff OR person.is_superuser)")
_LEFT_ALONE: Final = {"create": sql.SQL("true"), "upsert": PRIVILEGED}

_COMPARED = """
    SELECT staged.*, CASE
        WHEN person.email IS NULL THEN 'created'
        WHEN {left_alone} THEN 'skipped'
        WHEN {differs} THEN 'updated'
        ELSE 'unchanged'
    END AS outcome
    FROM {staged} AS staged LEFT JOIN {users} AS person USING (email)
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


def compared(mode: Mode, columns: Collection[str]) -> sql.Composed:
    """A query of all that is staged, with its `outcome` as the statement's snapshot has it."""
    return sql.SQL(_COMPARED).format(
        staged=STAGED,
        users=USERS,
        left_alone=_LEFT_ALONE[mode],
        differs=differs(cells("staged", columns)),
    )
