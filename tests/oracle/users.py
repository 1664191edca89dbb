"""The users table of the reference importer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from tests.oracle.known_headers import is_active as says_active
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
    imported: bool = False


UPDATABLE = ("email", "external_id", "name", "phone", "is_active")
"""The fields of existing users that a file may change."""

type UserTable = Mapping[str, UserRow]
"""The users by e-mail address."""


def new_user(email: str, cells: Mapping[str, str], *, must_change: bool = False) -> UserRow:
    """Return the user that the trimmed cells create.

    `must_change`: the option must_change_password, for a user without such a cell.
    """
    has_password = bool(cells.get("password") or cells.get("password_hash"))
    if cells.get("must_change_password"):
        must_change = bool(says_active(cells["must_change_password"]))
    verified = bool(says_active(cells.get("email_verified", "")))
    user = UserRow(
        email=email,
        imported=True,
        has_password=has_password,
        must_change_password=must_change,
        email_verified=verified,
    )
    return apply_cells(user, cells)


def apply_cells(
    user: UserRow, cells: Mapping[str, str], fields: Collection[str] = UPDATABLE
) -> UserRow:
    """Apply the cells of these fields that are not empty.

    Passwords and privileges of a user never change. A new e-mail address is not confirmed.
    """
    for field in ("external_id", "name", "phone"):
        if field in fields and cells.get(field):
            user = replace(user, **{field: cells[field]})  # type: ignore[arg-type]
    if "is_active" in fields and cells.get("is_active"):
        user = replace(user, is_active=bool(says_active(cells["is_active"])))
    email = normalise(cells["email"])
    if "email" in fields and email != user.email:
        user = replace(user, email=email, email_verified=False)
    return user
