"""The passwords of a chunk's users, as the column `password` of the users table stores them.

Hashing is slow, so it happens before the transaction that loads the users, and only for new users:
an import never changes a password.
"""

from collections.abc import Callable, Iterator

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as UNUSABLE
from django.contrib.auth.hashers import make_password

from users_uc.models import User

_AT_ONCE = 25
"""Passwords hashed between two heartbeats."""


def with_passwords(rows: pl.DataFrame, *, heartbeat: Callable[[], None]) -> pl.DataFrame:
    """Return the rows with `password` as it is stored, if the file has passwords or hashes.

    It is null, and not hashed, for existing users with a plain password in the file.
    """
    if "password_hash" in rows.columns:
        cell = pl.col("password_hash")
        password = pl.when(cell == "").then(pl.lit(UNUSABLE)).otherwise(cell)
        return rows.with_columns(password.alias("password")).drop("password_hash")
    if "password" in rows.columns:
        return rows.with_columns(pl.Series("password", _hashed(rows, heartbeat), dtype=pl.String))
    return rows


def _hashed(rows: pl.DataFrame, heartbeat: Callable[[], None]) -> Iterator[str | None]:
    emails = rows.filter(pl.col("password") != "")["email"].to_list()
    existing = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    for number, (email, plain) in enumerate(rows.select("email", "password").iter_rows()):
        if number % _AT_ONCE == 0:
            heartbeat()
        if email in existing:
            yield None
        else:
            yield make_password(plain) if plain else UNUSABLE
