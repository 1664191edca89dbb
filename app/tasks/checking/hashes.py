"""Password hashes of other systems, for a whole column."""

from collections.abc import Callable, Iterator

import polars as pl

from users_uc.passwords.foreign_hashes import (
    ARGON2ID,
    ARGON2ID_COSTS,
    COST_LIMITS,
    MAX_LENGTH,
    PBKDF2,
)
from users_uc.passwords.notations import storable
from users_uc.passwords.schemes import Fault, FirebaseScrypt, Foreign, HashError

type _Result = tuple[str, str | None, str | None]


def with_stored_hashes(
    rows: pl.DataFrame, *, firebase_key_size: int, heartbeat: Callable[[], None]
) -> pl.DataFrame:
    """Add `stored_hash`, the form of notations.storable, and `hash_fault`, one of Fault or null.

    Hashes of this service and of most projects with Django need no change. Only the others are
    read one by one.
    """
    cells = pl.col("password_hash")
    rows = rows.with_columns(_is_stored_form(cells).alias("is_stored_form"))
    others = rows.filter(~pl.col("is_stored_form"))["password_hash"].unique()
    read = pl.DataFrame(
        list(_each(others, firebase_key_size=firebase_key_size, heartbeat=heartbeat)),
        schema={"password_hash": pl.String, "stored_hash": pl.String, "hash_fault": pl.String},
        orient="row",
    )
    joined = rows.join(read, on="password_hash", how="left", maintain_order="left")
    stored = pl.when("is_stored_form").then(cells).otherwise("stored_hash")
    return joined.with_columns(stored.alias("stored_hash")).drop("is_stored_form")


def are_hashes(passwords: pl.Series, *, heartbeat: Callable[[], None]) -> pl.Series:
    """Return the series `is_hash`: whether a plain password is a hash of another system.

    The hash itself would be the password, for everybody who has an old copy of the file.
    """
    found: list[bool] = []
    for password in passwords:
        heartbeat()
        try:
            storable(password)
        except HashError:
            found.append(False)
        else:
            found.append(True)
    return pl.Series("is_hash", found, dtype=pl.Boolean)


def _is_stored_form(cell: pl.Expr) -> pl.Expr:
    """Return whether the cell is empty, or an accepted hash in Django's format."""
    memory, passes, lanes, iterations = (
        cell.str.extract(pattern, group).cast(pl.Int64)
        for pattern, group in [*((ARGON2ID_COSTS, group) for group in (1, 2, 3)), (PBKDF2, 1)]
    )
    argon2id = (
        cell.str.contains(ARGON2ID)
        & (memory <= COST_LIMITS.memory_kib)
        & (memory * passes <= COST_LIMITS.memory_kib_passes)
        & (passes <= COST_LIMITS.passes)
        & (lanes <= COST_LIMITS.lanes)
    )
    known = argon2id.fill_null(False) | (iterations <= COST_LIMITS.iterations).fill_null(False)
    return (cell == "") | ((cell.str.len_chars() <= MAX_LENGTH) & known)


def _each(
    cells: pl.Series, *, firebase_key_size: int, heartbeat: Callable[[], None]
) -> Iterator[_Result]:
    for cell in cells:
        heartbeat()
        try:
            stored, foreign = storable(cell)
        except HashError as error:
            yield cell, None, error.fault
        else:
            yield cell, stored, _firebase_fault(foreign, firebase_key_size)


def _firebase_fault(foreign: Foreign, key_size: int) -> Fault | None:
    if not isinstance(foreign, FirebaseScrypt) or len(foreign.key) == key_size:
        return None
    return Fault.MALFORMED if key_size else Fault.NO_FIREBASE_KEY
