"""The writing of valid rows: chunk by chunk, each against the users that exist before it."""

from collections.abc import Mapping, Sequence
from itertools import batched

from tests.oracle.attributes import MAX_SIZE, Attributes, size
from tests.oracle.clearing import Options
from tests.oracle.results import RecordResult
from tests.oracle.row import Row
from tests.oracle.users import UserRow, UserTable, changed_user, changes, new_user
from users_uc.emails import normalise

type ValidRecord = tuple[RecordResult, Row]
_TAKEN = {
    "email": ("external_id", "conflicting_identity"),
    "external_id": ("email", "email_taken"),
}


def write_users(
    valid: Sequence[ValidRecord],
    users: UserTable,
    options: Options,
    attributes: Attributes,
    *,
    chunk_rows: int,
) -> dict[str, UserRow]:
    """Return the users table after the import and set the outcomes.

    The rows are in the order of the key that finds users, `chunk_rows` in a chunk.
    """
    table = dict(users)
    match = options.get("match", "email")
    ordered = sorted(valid, key=lambda record: key_of(record[1].cells, match).encode())
    required = sorted(attribute.name for attribute in attributes if attribute.required)
    for number, chunk in enumerate(batched(ordered, chunk_rows, strict=False)):
        before = {
            "email": dict(table),
            "external_id": {user.external_id: user for user in table.values() if user.external_id},
        }
        for result, row in chunk:
            result.kept_order = (3, str(number).zfill(9))
            _write(result, row, before, table, options, required)
    return table


def key_of(cells: Mapping[str, str], key: str) -> str:
    """Return the e-mail address or the external id of a row; empty if there is none."""
    return normalise(cells["email"]) if key == "email" else cells.get("external_id", "")


def _write(
    result: RecordResult,
    row: Row,
    before: Mapping[str, UserTable],
    table: dict[str, UserRow],
    options: Options,
    required: Sequence[str],
) -> None:
    match = options.get("match", "email")
    result.email, result.external_id = (key_of(row.cells, key) for key in ("email", "external_id"))
    found = {key: users.get(getattr(result, key)) for key, users in before.items()}
    existing = found.pop(match)
    other = found.popitem()[1]
    missing = [f"attributes.{name}" for name in required if name not in row.values]
    if other is not None and other != existing:
        result.outcome, (result.column, result.code) = "failed", _TAKEN[match]
    elif existing is not None:
        _change(result, row, existing, table, options)
    elif missing:
        result.outcome, result.column, result.code = "failed", missing[0], "missing_attribute"
    else:
        must_change = options.get("must_change_password") == "true"
        table[result.email] = new_user(result.email, row, must_change=must_change)
        result.outcome, result.user = "created", result.email


def _change(
    result: RecordResult,
    row: Row,
    existing: UserRow,
    table: dict[str, UserRow],
    options: Options,
) -> None:
    after = changed_user(existing, row, options)
    result.user = result.existing = existing.email
    if options.get("mode") != "upsert" or existing.is_staff or existing.is_superuser:
        result.outcome = "skipped"
    elif existing.deactivated_by_user and after.is_active:
        result.outcome, result.stays_inactive = "skipped", True
    elif size(after.attributes) > MAX_SIZE:
        result.outcome, result.column, result.code = "failed", "attributes", "invalid_attribute"
        result.user = result.existing = ""
    else:
        del table[existing.email]
        table[after.email] = after
        result.outcome = "unchanged" if after == existing else "updated"
        result.user, result.changed = after.email, changes(existing, after)
