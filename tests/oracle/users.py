"""The users table of the reference importer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.oracle.attributes import PREFIX, Values, as_text
from tests.oracle.clearing import Options, may_change
from tests.oracle.row import Row
from tests.oracle.words import is_active as says_active
from users_uc.emails import normalise


@dataclass(frozen=True, kw_only=True)
class UserRow:
    """A row of the users table; `imported` says whether the import in question created it."""

    email: str
    external_id: str = ""
    name: str = ""
    phone: str = ""
    is_active: bool = True
    deactivated_by_user: bool = False
    is_staff: bool = False
    is_superuser: bool = False
    has_password: bool = False
    must_change_password: bool = False
    email_verified: bool = False
    attributes: Values = field(default_factory=dict)
    imported: bool = False


UPDATABLE = ("email", "external_id", "name", "phone", "is_active")
"""The fields of existing users that a file may change."""

type UserTable = Mapping[str, UserRow]
"""The users by e-mail address."""


def new_user(email: str, row: Row, *, must_change: bool = False) -> UserRow:
    """Return the user that the row creates.

    `must_change`: the option must_change_password, for a user without such a cell.
    """
    cells = row.cells
    has_password = bool(cells.get("password") or cells.get("password_hash"))
    if cells.get("must_change_password"):
        must_change = bool(says_active(cells["must_change_password"]))
    return UserRow(
        email=email,
        external_id=cells.get("external_id", ""),
        name=cells.get("name", ""),
        phone=cells.get("phone", ""),
        imported=True,
        has_password=has_password,
        must_change_password=must_change,
        email_verified=bool(says_active(cells.get("email_verified", ""))),
        is_active=says_active(cells.get("is_active", "")) is not False,
        attributes=row.values,
    )


def changed_user(user: UserRow, row: Row, options: Options) -> UserRow:
    """Return the user with the values of the row that the options allow, and without cleared ones.

    Passwords and privileges of a user never change. A new e-mail address is not confirmed.
    """
    for name in ("external_id", "name", "phone"):
        cell = row.cells.get(name)
        if name in row.cleared or (cell and may_change(name, options)):
            user = replace(user, **{name: cell or ""})  # type: ignore[arg-type]
    if row.cells.get("is_active") and may_change("is_active", options):
        user = replace(user, is_active=bool(says_active(row.cells["is_active"])))
    email = normalise(row.cells["email"])
    if may_change("email", options) and email != user.email:
        user = replace(user, email=email, email_verified=False)
    values = {n: v for n, v in user.attributes.items() if PREFIX + n not in row.cleared}
    values |= {n: v for n, v in row.values.items() if may_change(PREFIX + n, options)}
    return replace(user, attributes=values)


def changes(before: UserRow, after: UserRow) -> str:
    """Return the changed values as results.csv shows them."""
    shown = []
    for name in UPDATABLE:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            shown.append(f"{name}: {as_text(old)} -> {as_text(new)}")
    for name in sorted({*before.attributes, *after.attributes}):
        values = [before.attributes.get(name), after.attributes.get(name)]
        if values[0] != values[1]:
            old, new = ("" if value is None else as_text(value) for value in values)
            shown.append(f"{PREFIX}{name}: {old} -> {new}")
    return "; ".join(shown)[:2000]
