"""Random users that exist before a file is imported."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from tests.oracle.attributes import Attributes
from tests.oracle.messy_attributes import random_values
from tests.oracle.rules import trimmed
from tests.oracle.users import UserRow
from users_uc.emails import normalise

type Row = dict[str, str]
"""The cells of a row by field."""


def existing_users(rows: Sequence[Row], attributes: Attributes, rng: Random) -> list[UserRow]:
    """Return users for some of the rows: with the same or other values, or with privileges."""
    chosen = rng.sample(rows, min(len(rows), rng.choice((0, 0, 2, 10))))
    users = {user.email: user for user in (_user_like(row, attributes, rng) for row in chosen)}
    seen: set[str] = set()
    for email, user in users.items():
        if user.external_id in seen:
            users[email] = replace(user, external_id="")
        seen.add(user.external_id)
    return list(users.values())


def _user_like(row: Row, attributes: Attributes, rng: Random) -> UserRow:
    staff, superuser = rng.choices(((0, 0), (1, 0), (0, 1), (1, 1)), (8, 1, 1, 1))[0]
    name, phone = (trimmed(field, row.get(field, "")) for field in ("name", "phone"))
    same, is_active = rng.random() < 0.7, rng.random() < 0.7
    return UserRow(
        email=normalise(row["email"]),
        external_id=_external_id(row, rng),
        name=name if same else "Before",
        phone=phone if same else "",
        is_active=is_active,
        deactivated_by_user=not is_active and rng.random() < 0.5,
        is_staff=bool(staff),
        is_superuser=bool(superuser),
        has_password=rng.random() < 0.3,
        must_change_password=rng.random() < 0.1,
        email_verified=rng.random() < 0.1,
        attributes=random_values(rng, attributes, row),
    )


def _external_id(row: Row, rng: Random) -> str:
    """Return that of the row, or another one, or none."""
    own = trimmed("external_id", row.get("external_id", ""))
    return rng.choice((own, own, f"E{rng.randrange(40)}", "")) if own else ""
