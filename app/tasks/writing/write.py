"""The writing of a chunk's users: by COPY, or by statements if some of them exist."""

import uuid
from collections.abc import Callable
from functools import partial

import polars as pl
from django.db import OperationalError

from core.postgres.copy import with_constant
from tasks.options import Options
from tasks.writing import newcomers
from tasks.writing.attributes import MISSING
from tasks.writing.hashing import with_passwords
from tasks.writing.outcome import Outcomes, records_of, with_outcome
from tasks.writing.statements import write_by_statements
from users_uc.mail.invitations import invite


def prepare(
    rows: pl.DataFrame, *, job_id: uuid.UUID, options: Options, heartbeat: Callable[[], None]
) -> Callable[[], Outcomes]:
    """Do the slow part, and return a function that does the rest in its caller's transaction.

    `rows` are a chunk's (see attributes.with_documents).
    """
    users = with_passwords(rows, key=options.match, heartbeat=heartbeat)
    users = with_constant(users.rename({"line": "import_line"}), "import_id", job_id)
    if options.must_change_password:
        users = _with_obligation(users)
    unhashed = _unhashed(users)
    write = partial(_write_some, users, options, job_id, unhashed)
    is_complete = MISSING not in users.columns or users[MISSING].is_null().all()
    if unhashed or not is_complete or not newcomers.are_probably_new(users, options.match):
        return write
    return partial(_write_new, users, options, newcomers.prepare(users), otherwise=write)


def _with_obligation(users: pl.DataFrame) -> pl.DataFrame:
    """Return the users with `must_change_password` where the file says nothing about it."""
    name = "must_change_password"
    given = pl.col(name).fill_null(value=True) if name in users.columns else pl.lit(value=True)
    return users.with_columns(given.alias(name))


def _write_new(
    users: pl.DataFrame,
    options: Options,
    copy_new: Callable[[], Outcomes | None],
    *,
    otherwise: Callable[[], Outcomes],
) -> Outcomes:
    outcomes = copy_new()
    if outcomes is None:
        return otherwise()
    _invite(users, options)
    return outcomes


def _write_some(
    users: pl.DataFrame, options: Options, job_id: uuid.UUID, unhashed: set[int]
) -> Outcomes:
    outcomes = write_by_statements(users, options, job_id)
    _require_existing(unhashed, outcomes)
    _invite(with_outcome("created", outcomes, users), options)
    return outcomes


def _invite(created: pl.DataFrame, options: Options) -> None:
    if options.invite and not created.is_empty():
        invite(created["email"].to_list(), language=options.language)


def _unhashed(users: pl.DataFrame) -> set[int]:
    """Return the records of existing users, whose passwords were not hashed."""
    if "password" not in users.columns:
        return set()
    return set(users.filter(pl.col("password").is_null())["record"])


def _require_existing(unhashed: set[int], outcomes: Outcomes) -> None:
    """Raise OperationalError, which causes a retry, if one of the users was deleted since."""
    if unhashed and not unhashed.isdisjoint(records_of(outcomes, "created")):
        raise OperationalError(
            "A user who existed when the passwords were hashed has been deleted. "
            "The chunk must be loaded again."
        )
