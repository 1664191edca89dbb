"""SQL expressions about the new values of an existing user, whose row is named `existing`."""

from collections.abc import Collection, Mapping
from typing import Final

from psycopg import sql

from tasks.checking.clearing import CLEARED
from tasks.options import CLEARABLE, Options
from tasks.writing.attributes import ATTRIBUTES
from users_uc.attributes.values import MAX_SIZE

type Values = Mapping[str, sql.Composable]
"""By column, the expression for a new value; it is null if the user keeps the present one."""

CHANGED_MAX_LENGTH: Final = 2000
"""Characters of the description of a change."""

VALUES: Final = {
    "email": "{row}.email",
    "external_id": "{row}.external_id",
    "name": "nullif({row}.name, '')",
    "phone": "nullif({row}.phone, '')",
    "is_active": "{row}.is_active",
    ATTRIBUTES: "existing.attributes || {row}.attributes",
}
_VALUES_WITH_CLEARED: Final = {
    **VALUES,
    **{
        field: f"CASE WHEN '{field}' = ANY({{row}}.cleared) THEN '' ELSE {VALUES[field]} END"
        for field in CLEARABLE
    },
    ATTRIBUTES: "(existing.attributes - {row}.cleared) || {row}.attributes",
}
# concat() takes null for an empty text.
_CHANGED_ATTRIBUTES = """(
    SELECT string_agg(concat('attributes.', name, ': ', existing.attributes ->> name, ' -> ',
        changed.document ->> name), '; ' ORDER BY name COLLATE "C")
    FROM (SELECT {value} AS document OFFSET 0) AS changed,
        jsonb_object_keys(existing.attributes || changed.document) AS name
    WHERE existing.attributes -> name IS DISTINCT FROM changed.document -> name
)"""


def new_values(row: str, columns: Collection[str], options: Options) -> Values:
    """Return the new values of an existing user.

    `row` is the name or alias of a table with these columns.
    """
    values = _VALUES_WITH_CLEARED if CLEARED in columns else VALUES
    return {
        column: sql.SQL(value).format(row=sql.Identifier(row))
        for column, value in values.items()
        if column in columns and options.may_update(column)
    }


def stays_inactive(values: Values) -> sql.Composable:
    """Return the condition that a file would activate a user who deactivated their account.

    The condition may be null instead of false.
    """
    condition = "existing.deactivated_by_user AND NOT existing.is_active AND {}"
    is_active = values.get("is_active")
    return sql.SQL(condition).format(is_active) if is_active else sql.SQL("false")


def is_too_large(values: Values) -> sql.Composable:
    """Return the condition that the attributes would have more than MAX_SIZE bytes as JSON.

    The condition may be null instead of false.
    """
    if ATTRIBUTES not in values:
        return sql.SQL("false")
    # PostgreSQL writes JSON as Python does, and the plan has checked the values of the file alone.
    condition = "existing.attributes <> '{{}}' AND octet_length(({})::text) > {}"
    return sql.SQL(condition).format(values[ATTRIBUTES], sql.Literal(MAX_SIZE))


def differs(values: Values) -> sql.Composed:
    """Return the condition that a value differs from that of `existing`.

    The condition may be null instead of false.
    """
    return sql.SQL(" OR ").join([sql.SQL("false"), *map(_differs, values, values.values())])


def _differs(column: str, value: sql.Composable) -> sql.Composed:
    condition = "({}) <> existing.{}"
    if column == "external_id":  # the only one that may be null
        condition = "({}) <> coalesce(existing.{}, '')"
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


def changed(values: Values) -> sql.Composable:
    """Return the text `field: old -> new; field: old -> new` of the values that differ."""
    if not values:
        return sql.SQL("NULL")
    parts = [_changed(column, value) for column, value in values.items()]
    text = sql.SQL("concat_ws('; ', {})").format(sql.SQL(", ").join(parts))
    return sql.SQL("left({}, {})").format(text, sql.Literal(CHANGED_MAX_LENGTH))


def _changed(column: str, value: sql.Composable) -> sql.Composed:
    if column == ATTRIBUTES:
        return sql.SQL(_CHANGED_ATTRIBUTES).format(value=value)
    # The cast makes `true` of a boolean, for which concat() alone writes `t`.
    return sql.SQL(
        "CASE WHEN {} THEN concat({}, existing.{}::text, ' -> ', ({})::text) END"
    ).format(_differs(column, value), sql.Literal(f"{column}: "), sql.Identifier(column), value)


def assigned(column: str, value: sql.Composable) -> sql.Composed:
    """Return the assignment of the new value in an update of `existing`."""
    assignment = "{0} = coalesce({1}, existing.{0})"
    if column == "external_id":  # a user without one has null
        assignment = "{0} = nullif(coalesce({1}, existing.{0}), '')"
    return sql.SQL(assignment).format(sql.Identifier(column), value)
