"""The writing of valid rows: chunk by chunk, each against the users that exist before it."""

from collections.abc import Mapping, Sequence
from itertools import batched

from tests.oracle.results import RecordResult
from tests.oracle.users import UPDATABLE, UserRow, UserTable, apply_cells, new_user
from users_uc.emails import normalise

type ValidRecord = tuple[RecordResult, Mapping[str, str]]
_TAKEN = {
    "email": ("external_id", "conflicting_identity"),
    "external_id": ("email", "email_taken"),
}


def write_users(
    valid: Sequence[ValidRecord],
    users: UserTable,
    options: Mapping[str, str],
    *,
    chunk_rows: int,
) -> dict[str, UserRow]:
    """Return the users table after the import and set the outcomes.

    The rows are in the order of the key that finds users, `chunk_rows` in a chunk.
    """
    table = dict(users)
    match = options.get("match", "email")
    ordered = sorted(valid, key=lambda row: key_of(row[1], match).encode())
    for number, chunk in enumerate(batched(ordered, chunk_rows, strict=False)):
        before = dict(table)
        for result, cells in chunk:
            result.kept_order = (3, str(number).zfill(9))
            _write(result, cells, before, table, options)
    return table


def key_of(cells: Mapping[str, str], key: str) -> str:
    """Return the e-mail address or the external id of a row; empty if there is none."""
    return normalise(cells["email"]) if key == "email" else cells.get("external_id", "")


def _write(
    result: RecordResult,
    cells: Mapping[str, str],
    before: UserTable,
    table: dict[str, UserRow],
    options: Mapping[str, str],
) -> None:
    match = options.get("match", "email")
    result.email, result.external_id = normalise(cells["email"]), cells.get("external_id", "")
    by_id = {user.external_id: user for user in before.values() if user.external_id}
    found = {"email": before.get(result.email), "external_id": by_id.get(result.external_id)}
    existing = found.pop(match)
    other = found.popitem()[1]
    if other is not None and other != existing:
        result.outcome, (result.column, result.code) = "failed", _TAKEN[match]
    elif existing is None:
        must_change = options.get("must_change_password") == "true"
        table[result.email] = new_user(result.email, cells, must_change=must_change)
        result.outcome, result.user = "created", result.email
    else:
        result.user = result.existing = existing.email
        is_privileged = existing.is_staff or existing.is_superuser
        after = apply_cells(existing, cells, _updated_fields(options, match))
        if options.get("mode") != "upsert" or is_privileged:
            result.outcome = "skipped"
        elif existing.deactivated_by_user and after.is_active:
            result.outcome, result.stays_inactive = "skipped", True
        else:
            del table[existing.email]
            table[after.email] = after
            result.outcome = "unchanged" if after == existing else "updated"
            result.user = after.email


def _updated_fields(options: Mapping[str, str], match: str) -> set[str]:
    named = options.get("update")
    fields = set(UPDATABLE) if named is None else {name.strip() for name in named.split(",")}
    return fields - {match}
