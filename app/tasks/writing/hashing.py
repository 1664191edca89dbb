"""Passwords of a chunk's people, as the users' column `password` has them.

Hashing takes long, so it is done before the transaction that loads the people, and only for those
who do not exist yet: nobody's password is changed by an import.
"""

from collections.abc import Callable, Iterator

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as UNUSABLE
from django.contrib.auth.hashers import make_password

from users_uc.models import User

_AT_ONCE = 25
"""Between two signs of life."""


def with_passwords(rows: pl.DataFrame, *, heartbeat: Callable[[], None]) -> pl.DataFrame:
    """The rows with `password` as it is stored, in place of the file's own column, if it has one.

    Null for who brings a plain password and exists: it is not hashed.
    """
    if "password_hash" in rows.columns:
        given = pl.col("password_hash")
        stored = pl.when(given == "").then(pl.lit(UNUSABLE)).otherwise(given)
        return rows.with_columns(stored.alias("password")).drop("password_hash")
    if "password" in rows.columns:
        return rows.with_columns(pl.Series("password", _hashed(rows, heartbeat), dtype=pl.String))
    return rows


def _hashed(rows: pl.DataFrame, heartbeat: Callable[[], None]) -> Iterator[str | None]:
    bring = rows.filter(pl.col("password") != "")["email"].to_list()
    exist = set(User.objects.filter(email__in=bring).values_list("email", flat=True))
    for number, (email, plain) in enumerate(rows.select("email", "password").iter_rows()):
        if number % _AT_ONCE == 0:
            heartbeat()
        if email in exist:
            yield None
        else:
            yield make_password(plain) if plain else UNUSABLE
