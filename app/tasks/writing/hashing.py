"""The passwords of a chunk's users, as the column `password` of the users table stores them.

Hashing is slow, so it happens before the transaction that loads the users, and only for new users:
an import never changes a password.
"""

from collections.abc import Callable, Iterator

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as UNUSABLE
from django.contrib.auth.hashers import make_password

from tasks.options import Match
from users_uc.models import User
from users_uc.passwords.notations import BARE
from users_uc.passwords.wrapping import wrap

_AT_ONCE = 25
"""Passwords hashed between two heartbeats."""


def with_passwords(
    rows: pl.DataFrame, *, key: Match, heartbeat: Callable[[], None]
) -> pl.DataFrame:
    """Return the rows with `password` as it is stored, if the file has passwords or hashes.

    The column `key` finds existing users. Their password is null, and not hashed, if the file has a
    plain one or a digest.
    """
    if "password_hash" in rows.columns:
        cell = pl.col("password_hash")
        if rows.select(cell.str.starts_with(BARE).any()).item():
            return _hashed(rows, "password_hash", cell.str.starts_with(BARE), key, heartbeat)
        password = pl.when(cell == "").then(pl.lit(UNUSABLE)).otherwise(cell)
        return rows.with_columns(password.alias("password")).drop("password_hash")
    if "password" in rows.columns:
        return _hashed(rows, "password", pl.col("password") != "", key, heartbeat)
    return rows


def _hashed(
    rows: pl.DataFrame,
    column: str,
    is_hashed: pl.Expr,
    key: Match,
    heartbeat: Callable[[], None],
) -> pl.DataFrame:
    secrets = rows.select(key, secret=column, is_hashed=is_hashed)
    stored = pl.Series("password", _stored(secrets, key, heartbeat), dtype=pl.String)
    return rows.drop(column).with_columns(stored)


def _stored(rows: pl.DataFrame, key: Match, heartbeat: Callable[[], None]) -> Iterator[str | None]:
    """Yield the stored form of each secret. The rows have the key, secret and is_hashed."""
    known = {f"{key}__in": rows.filter("is_hashed")[key].to_list()}
    existing = set(User.objects.filter(**known).values_list(key, flat=True))
    for number, (value, secret, is_hashed) in enumerate(rows.iter_rows()):
        if number % _AT_ONCE == 0:
            heartbeat()
        if not is_hashed:
            yield secret or UNUSABLE
        elif value in existing:
            yield None
        else:
            yield wrap(secret) if secret.startswith(BARE) else make_password(secret)
