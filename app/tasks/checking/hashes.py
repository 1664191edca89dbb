"""Password hashes of other systems, for a whole column."""

from collections.abc import Callable
from functools import partial

import polars as pl

from tasks.checking.stored_forms import with_stored
from users_uc.passwords.foreign_hashes import (
    ARGON2ID,
    ARGON2ID_COSTS,
    COST_LIMITS,
    MAX_LENGTH,
    PBKDF2,
)
from users_uc.passwords.notations import storable
from users_uc.passwords.schemes import Fault, FirebaseScrypt, Foreign, HashError


def with_stored_hashes(
    rows: pl.DataFrame, *, firebase_key_size: int, heartbeat: Callable[[], None]
) -> pl.DataFrame:
    """Add the stored forms of hashes, those of notations.storable. Their faults are those of Fault.

    Hashes of this service and of most projects with Django need no change. Only the others are
    read one by one.
    """
    return with_stored(
        rows,
        "password_hash",
        is_stored=_is_stored_form(pl.col("password_hash")),
        read=partial(_read, firebase_key_size=firebase_key_size),
        heartbeat=heartbeat,
    )


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


def _read(cell: str, *, firebase_key_size: int) -> tuple[str | None, Fault | None]:
    try:
        stored, foreign = storable(cell)
    except HashError as error:
        return None, error.fault
    return stored, _firebase_fault(foreign, firebase_key_size)


def _firebase_fault(foreign: Foreign, key_size: int) -> Fault | None:
    if not isinstance(foreign, FirebaseScrypt) or len(foreign.key) == key_size:
        return None
    return Fault.MALFORMED if key_size else Fault.NO_FIREBASE_KEY
